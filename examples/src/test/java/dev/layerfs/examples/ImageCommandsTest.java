package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageCommandsTest {
  private static final String FULL_NAME = "docker.io/library/sample:1";

  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
  }

  @Test
  void loadsALayout() throws IOException {
    Cli.Result loaded = cli.run("load", cli.writeSample("sample:1").toString());
    assertTrue(
        loaded.out().matches("Loaded " + FULL_NAME + " sha256:[0-9a-f]{64}\\R"), loaded.out());
    assertTrue(loaded.err().contains("sha256:"), "tells of layers: " + loaded.err());
  }

  @Test
  void loadsOneImageOfALayout() throws IOException {
    Path layout = cli.writeSample("sample:1");
    cli.run("load", layout + ":sample:1");
    cli.execute("load", layout + ":other").fails(1);
    cli.execute("load", directory.resolve("nothing").toString()).fails(1);
  }

  @Test
  void loadsStandardInputUnderAnotherName() throws IOException {
    byte[] archive = tar(cli.writeSample("sample:1"));
    Cli.Result loaded = cli.execute(
            new ByteArrayInputStream(archive), "load", "-", "--ref", "other:2")
        .fails(0);
    assertTrue(loaded.out().startsWith("Loaded docker.io/library/other:2 "), loaded.out());
  }

  @Test
  void refusesAPlatformThatIsNone() throws IOException {
    Path layout = cli.writeSample("sample:1");
    String err =
        cli.execute("load", layout.toString(), "--platform", "///").fails(2).err();
    assertTrue(err.startsWith("layerfs: "), err);
  }

  @Test
  void refusesGarbageInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("garbage"), "garbage".repeat(1000));
    assertEquals(1, cli.execute("load", file.toString()).fails(1).err().lines().count());
  }

  @Test
  void listsImages() throws IOException {
    List<String> lines = cli.withSample().run("images").lines();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("NAME      DIGEST        PLATFORM"), lines.get(0));
    assertTrue(
        lines.get(1).matches("sample:1  [0-9a-f]{12}  linux/amd64 +2 +\\d+ B  .* ago"),
        lines.get(1));
  }

  @Test
  void listsImagesAsJson() throws IOException {
    Map<?, ?> image = only(cli.withSample().run("images", "--json").json());
    assertEquals(List.of(FULL_NAME), image.get("names"));
    assertEquals("linux/amd64", image.get("platform"));
    assertEquals("1704067200000000000", String.valueOf(image.get("created")));
    assertEquals("2", String.valueOf(image.get("layers")));
    assertTrue(String.valueOf(image.get("digest")).startsWith("sha256:"));
    assertTrue(Long.parseLong(String.valueOf(image.get("blobBytes"))) > 0);
  }

  @Test
  void inspectsAnImage() throws IOException {
    Map<?, ?> image = (Map<?, ?>) cli.withSample().run("inspect", "sample:1").json();
    List<?> layers = (List<?>) Objects.requireNonNull(image.get("layers"));
    assertEquals(2, layers.size());
    Map<?, ?> top = (Map<?, ?>) layers.get(1);
    assertEquals("7", String.valueOf(top.get("contentBytes")));
    assertEquals(List.of(), top.get("notes"));
    Map<?, ?> config = (Map<?, ?>) Objects.requireNonNull(image.get("config"));
    assertEquals("linux", config.get("os"));
    assertEquals(Map.of("Cmd", List.of("/bin/sh"), "WorkingDir", "/"), config.get("config"));
    assertEquals(
        image, cli.run("inspect", String.valueOf(image.get("digest"))).json(), "found by digest");
  }

  @Test
  void tellsAnImagesHistory() throws IOException {
    List<String> lines = cli.withSample().run("history", "sample:1").lines();
    assertEquals(3, lines.size());
    assertTrue(lines.get(1).contains("RUN echo second >/etc/motd && rm /opt/old"), lines.get(1));
    assertTrue(lines.get(1).contains(" 7 B"), lines.get(1));
    assertTrue(lines.get(2).contains("ADD base /"), lines.get(2));
    List<?> steps = (List<?>) cli.run("history", "sample:1", "--json").json();
    Map<?, ?> newest = (Map<?, ?>) steps.get(0);
    assertEquals("RUN echo second >/etc/motd &&\t\trm /opt/old", newest.get("createdBy"));
    assertEquals(false, newest.get("emptyLayer"));
  }

  @Test
  void tagsAndRemoves() throws IOException {
    cli.withSample().run("tag", "sample:1", "localhost:5000/team/app:2");
    assertEquals(3, cli.run("images").lines().size());
    assertEquals(List.of("Untagged " + FULL_NAME), cli.run("rmi", "sample:1").lines());
    List<String> removed = cli.run("rmi", "localhost:5000/team/app:2").lines();
    assertEquals("Untagged localhost:5000/team/app:2", removed.get(0));
    assertTrue(removed.get(1).startsWith("Deleted sha256:"), removed.get(1));
    assertTrue(removed.get(2).startsWith("Freed "), removed.get(2));
    assertEquals(1, cli.run("images").lines().size());
  }

  @Test
  void tagsAsJson() throws IOException {
    Map<?, ?> image =
        (Map<?, ?>) cli.withSample().run("tag", "sample:1", "b", "--json").json();
    assertEquals(List.of("docker.io/library/b:latest", FULL_NAME), image.get("names"));
    assertTrue(cli.execute("tag", "sample:1", "NOT A NAME").exitCode() > 0);
  }

  @Test
  void removesTheRestAfterAFailure() throws IOException {
    Cli.Result result = cli.withSample().execute("rmi", "nothing:1", "sample:1").fails(1);
    assertTrue(result.err().startsWith("layerfs: no such image: "), result.err());
    assertTrue(result.out().startsWith("Untagged " + FULL_NAME), result.out());
  }

  @Test
  void removesAsJson() throws IOException {
    Map<?, ?> removed = only(cli.withSample().run("rmi", "sample:1", "--json").json());
    assertEquals(List.of(FULL_NAME), removed.get("names"));
    assertEquals(1, ((List<?>) Objects.requireNonNull(removed.get("images"))).size());
  }

  @Test
  void keepsAnImageThatAContainerNeeds() throws IOException {
    cli.withSample().run("create", "sample:1");
    String err = cli.execute("rmi", "sample:1").fails(1).err();
    assertTrue(err.contains("container"), err);
  }

  private static Map<?, ?> only(Object list) {
    List<?> elements = (List<?>) list;
    assertEquals(1, elements.size());
    return (Map<?, ?>) elements.get(0);
  }

  private static byte[] tar(Path layout) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        Stream<Path> files = Files.walk(layout)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = layout.relativize(file).toString().replace('\\', '/');
        tar.putArchiveEntry(tar.createArchiveEntry(file, name));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
