package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ImageBuilderTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final LayerStore store = LayerStore.inMemory();
  private Path app;

  @BeforeEach
  void load() throws IOException {
    TarBuilder tar = new TarBuilder()
        .directory("usr/")
        .directory("usr/bin/")
        .file("usr/bin/sh", "shell")
        .symlink("bin", "usr/bin")
        .file("file", "a file");
    TestLayout layout = new TestLayout().image("base:1", new TestImage().layer(tar));
    store.load(layout.write(memory.getPath("/layout")));
    app = Files.createDirectories(memory.getPath("/app"));
    Files.writeString(Files.createDirectory(app.resolve("lib")).resolve("b.jar"), "b");
    Files.writeString(app.resolve("a.jar"), "a");
    Files.createSymbolicLink(app.resolve("latest"), memory.getPath("lib/b.jar"));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    memory.close();
  }

  private static Map<String, String> tree(Image image) throws IOException {
    try (Rootfs rootfs = image.open()) {
      Map<String, String> lines = TreeDump.of(rootfs.posix());
      lines.replaceAll(
          (path, line) -> String.join(" ", List.of(line.split("\t")).subList(1, 8)));
      return lines;
    }
  }

  @Test
  void aTreeGoesIntoAnImageOfNothing() throws IOException {
    Image image = ImageBuilder.scratch(store, AMD64).add(app, "/opt/app").build("app:1");
    assertEquals(
        Map.of(
            "/", "dir 0755 0 0 - 0 -",
            "/opt", "dir 0755 0 0 - 0 -",
            "/opt/app", "dir 0755 0 0 - 0 -",
            "/opt/app/a.jar", "file 0644 0 0 1 0 -",
            "/opt/app/latest", "symlink 0777 0 0 9 0 lib/b.jar",
            "/opt/app/lib", "dir 0755 0 0 - 0 -",
            "/opt/app/lib/b.jar", "file 0644 0 0 1 0 -"),
        tree(image));
    assertEquals(AMD64, image.platform());
    assertEquals(Optional.of(Instant.EPOCH), image.config().created());
  }

  /** The digest is the same on every machine and JDK, or this fails on one of them. */
  @Test
  void anImageIsTheSameEverywhere() throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, AMD64)
        .add(app, "/opt/app")
        .file("/etc/motd", "hello\n".repeat(100_000).getBytes(StandardCharsets.UTF_8))
        .config(config -> config.entrypoint(List.of("/opt/app/run")).env("A", "b"));
    Image zstd = builder.compression(LayerCompression.ZSTD).build("zstd:1");
    Image gzip = builder.compression(LayerCompression.GZIP).build("gzip:1");
    assertEquals(zstd.config().diffIds(), gzip.config().diffIds());
    assertEquals(
        List.of(
            "sha256:56b53e9c37368c00c4b0f17e8e4e0645edceef839ed03d69b07edfaabd8ea796",
            "sha256:99f9ea9a88e44967908ff6666c4b0eb75a14af6a12338c112409467d2df1245a"),
        List.of(zstd.digest().toString(), gzip.digest().toString()));
  }

  @Test
  void theOrderOfAdditionsPlaysNoPart() throws IOException {
    byte[] content = {1, 2, 3};
    Image one = ImageBuilder.scratch(store, AMD64)
        .file("/a/b", content)
        .file("/a.txt", content)
        .symlink("/a/c", "b")
        .build("one:1");
    Image two = ImageBuilder.scratch(store, AMD64)
        .symlink("/a/c", "b")
        .file("/a.txt", content)
        .file("/a/b", content)
        .build("two:1");
    assertEquals(one.digest(), two.digest());
  }

  @Test
  void directoriesOfTheBaseStayAsTheyAre() throws IOException {
    Image base = store.image("base:1");
    Image image = ImageBuilder.from(base)
        .add(app.resolve("a.jar"), "/bin/tool", (path, found) -> found.withMode(04755))
        .add(app.resolve("a.jar"), "/usr/lib/")
        .remove("/file")
        .build("tool:1");
    assertEquals(
        List.of(
            "D /file", "C /usr", "C /usr/bin", "A /usr/bin/tool", "A /usr/lib", "A /usr/lib/a.jar"),
        image.changesFrom(base).map(Change::toString).toList());
    assertEquals("file 4755 0 0 1 0 -", tree(image).get("/usr/bin/tool"));
    assertEquals(tree(base).get("/usr/bin"), tree(image).get("/usr/bin"));
  }

  @Test
  void ownersTimesAndModesAreChosen() throws IOException {
    Instant time = Instant.ofEpochSecond(7);
    Image image = ImageBuilder.scratch(store, AMD64)
        .time(time)
        .add(
            app,
            "/app",
            (path, found) -> path.endsWith(".jar")
                ? found.withOwner(1000, 100).withMode(0600).withModified(Instant.ofEpochSecond(9))
                : found)
        .directory("/tmp", (path, found) -> found.withMode(01777))
        .build("chosen:1");
    Map<String, String> tree = tree(image);
    assertEquals("file 0600 1000 100 1 9000000000 -", tree.get("/app/a.jar"));
    assertEquals("dir 1777 0 0 - 7000000000 -", tree.get("/tmp"));
    assertEquals(Optional.of(time), image.config().created());
  }

  @Test
  void theLastAdditionOfAPathCounts() throws IOException {
    Image image = ImageBuilder.from(store.image("base:1"))
        .remove("/file")
        .file("/file", new byte[10])
        .build("last:1");
    assertEquals("file 0644 0 0 10 0 -", tree(image).get("/file"));
  }

  @Test
  void nothingIsAddedBelowFiles() {
    ImageBuilder builder = ImageBuilder.from(image("base:1")).file("/file/below", new byte[1]);
    assertThrows(NotDirectoryException.class, () -> builder.build("no:1"));
    ImageBuilder planned = ImageBuilder.scratch(store, AMD64)
        .file("/file", new byte[1])
        .file("/file/below", new byte[1]);
    assertThrows(NotDirectoryException.class, () -> planned.build("no:1"));
  }

  @Test
  void whatCantBeIsRefused() {
    ImageBuilder scratch = ImageBuilder.scratch(store, AMD64);
    assertThrows(IllegalArgumentException.class, () -> scratch.file("/a/../b", new byte[1]));
    ImageBuilder missing = ImageBuilder.scratch(store, AMD64).add(app.resolve("none"), "/none");
    assertThrows(NoSuchFileException.class, () -> missing.build("no:1"));
    ImageBuilder reserved = ImageBuilder.scratch(store, AMD64).file("/.wh.x", new byte[1]);
    assertThrows(UnsupportedImageException.class, () -> reserved.build("no:1"));
    assertThrows(
        IllegalArgumentException.class, () -> scratch.build("no@sha256:" + "0".repeat(64)));
  }

  @Test
  void aBaseThatWasRemovedIsNoBase() throws IOException {
    Image base = store.image("base:1");
    store.remove("base:1");
    ImageBuilder builder = ImageBuilder.from(base).file("/x", new byte[1]);
    assertThrows(IOException.class, () -> builder.build("no:1"));
    assertThrows(NotFoundException.class, () -> store.index("no:1", List.of(base)));
    assertEquals(List.of(), store.images());
  }

  @Test
  void aTreeOfAnImageGoesIntoAnother() throws IOException {
    try (Rootfs rootfs = image("base:1").open()) {
      Image image =
          ImageBuilder.scratch(store, AMD64).add(rootfs.root(), "/copy").build("copy:1");
      assertTrue(tree(image).containsKey("/copy/usr/bin/sh"));
      assertEquals("usr/bin", readLink(image, "/copy/bin"));
    }
  }

  private static String readLink(Image image, String link) throws IOException {
    try (Rootfs rootfs = image.open()) {
      Path path = rootfs.root().resolve(link);
      assertTrue(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
      return Files.readSymbolicLink(path).toString();
    }
  }

  private Image image(String name) {
    try {
      return store.image(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
