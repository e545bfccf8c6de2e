package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explore} counts, and what it writes. */
final class ExploreCommandTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
  }

  private Map<?, ?> explore(String image) {
    String page = directory.resolve("page.html").toString();
    return (Map<?, ?>) cli.run("--json", "explore", image, "-o", page).json();
  }

  private static void is(long expected, Map<?, ?> summary, String field) {
    assertEquals(String.valueOf(expected), String.valueOf(summary.get(field)), field);
  }

  @Test
  void writesAPageThatNeedsNothingElse() throws IOException {
    cli.withSample();
    String out = cli.run("explore", "sample:1", "-o", "-").out();
    assertTrue(out.startsWith("<!DOCTYPE html>"), out);
    assertTrue(out.endsWith("</html>\n"), out);
    assertTrue(out.contains("default-src 'none'"), out);
    String lines =
        cli.run("explore", "sample:1", "-o", directory.resolve("p").toString()).out();
    assertTrue(lines.matches("\\S+p \\(\\d+\\.\\d kB\\)\\R"), lines);
    assertEquals(out, Files.readString(directory.resolve("p")), "the same page each time");
  }

  @Test
  void countsWhatIsReplacedAndRemoved() throws IOException {
    cli.withSample();
    Map<?, ?> summary = explore("sample:1");
    is(2, summary, "layers");
    is(10, summary, "wastedBytes");
    is(20 + 6 + 4 + 5 + 5 + 7, summary, "contentBytes");
    is(3, summary, "previews");
  }

  @Test
  void contentIsNotWastedWhileAnyNameLeadsToIt() throws IOException {
    try (LayerTar one = new LayerTar();
        LayerTar two = new LayerTar();
        LayerTar three = new LayerTar();
        LayerTar four = new LayerTar()) {
      one.file("a", "12345");
      TarArchiveEntry link = new TarArchiveEntry("b", TarConstants.LF_LINK);
      link.setLinkName("a");
      two.put(link, 0644, new byte[0]);
      three.whiteout("a");
      four.whiteout("b");
      ImageLayout image = new ImageLayout(directory.resolve("layout"))
          .layer("1", one.toBytes())
          .layer("2", two.toBytes())
          .layer("3", three.toBytes());
      cli.run("load", image.write("one-name:1").toString());
      cli.run("load", image.layer("4", four.toBytes()).write("no-name:1").toString());
    }
    is(0, explore("one-name:1"), "wastedBytes");
    is(5, explore("one-name:1"), "contentBytes");
    is(5, explore("no-name:1"), "wastedBytes");
  }

  @Test
  void aDirectoryIsRemovedWithAllThatIsInIt() throws IOException {
    try (LayerTar one = new LayerTar();
        LayerTar two = new LayerTar()) {
      one.file("d/e/f", "12345").file("d/g", "123").file("d/h/i", "1");
      two.whiteout("d/e").file("d/g/now", "a directory").file("d/h", "a file");
      cli.run(
          "load",
          new ImageLayout(directory.resolve("layout"))
              .layer("1", one.toBytes())
              .layer("2", two.toBytes())
              .write("a:1")
              .toString());
    }
    is(5 + 3 + 1, explore("a:1"), "wastedBytes");
  }

  @Test
  void previewsAreTextAndBounded() throws IOException {
    String big = "é".repeat(ExplorePreviews.MAX_BYTES);
    assertEquals("é", ExplorePreviews.text(utf8("é")));
    assertNull(ExplorePreviews.text(utf8("a\0b")));
    assertNull(ExplorePreviews.text(ByteBuffer.wrap(new byte[] {(byte) 0xff, 'a', 'b'})));
    ByteBuffer cut = utf8("a" + big).limit(ExplorePreviews.MAX_BYTES);
    String text = ExplorePreviews.text(
        ByteBuffer.wrap(Arrays.copyOf(cut.array(), ExplorePreviews.MAX_BYTES)));
    assertEquals(ExplorePreviews.MAX_BYTES / 2, text.length());
    cli.withSample();
    String page = directory.resolve("page.html").toString();
    Map<?, ?> none = (Map<?, ?>)
        cli.run("--json", "explore", "sample:1", "-o", page, "--previews", "0").json();
    is(0, none, "previews");
  }

  @Test
  void refusesWhatIsNoImage() {
    String err = cli.execute("explore", "nothing:1", "-o", "x").fails(1).err();
    assertTrue(err.startsWith("layerfs: no such image: nothing:1; 'layerfs images' lists"), err);
    assertTrue(cli.execute("explore", "a").fails(2).err().contains("--output"));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
