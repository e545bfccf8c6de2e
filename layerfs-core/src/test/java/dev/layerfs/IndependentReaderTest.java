package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader in Python, written after {@code docs/store-format.md} alone, finds in a store what is in it. */
final class IndependentReaderTest {
  @TempDir
  Path temporary;

  private Path program = Path.of("");

  @BeforeEach
  void unpackProgram() throws IOException {
    Tool.assume("python3");
    program = temporary.resolve("read_store.py");
    try (InputStream in = getClass().getResourceAsStream("read_store.py")) {
      Files.copy(Objects.requireNonNull(in), program);
    }
  }

  @Test
  void findsImagesContainersAndEveryObject() throws IOException {
    try (LayerStore store = store()) {
      Image image = store.image("sample:1");
      try (Container container =
          store.create(image, ContainerOptions.builder().name("web").build())) {
        Files.writeString(container.root().resolve("etc/new"), "written by a container");
        Files.delete(container.root().resolve("etc/motd"));
        Image committed = container.commit("sample:2");
        ImageBuilder.scratch(store, Platform.parse("linux/arm64")).build("empty:1");
        List<String> images = new ArrayList<>();
        for (Image each : store.images()) {
          images.add(each.names().get(0) + "\t" + each.digest());
        }
        assertEquals(
            images, read("images").lines().sorted().toList(), "those of the store, by name");
        assertEquals(
            container.info().id() + "\tweb\t" + image.digest(),
            read("containers").strip());
        for (Image each : List.of(image, committed)) {
          try (Rootfs rootfs = each.open()) {
            List<String> expected = List.copyOf(TreeDump.of(rootfs.posix()).values());
            assertEquals(
                expected.stream().sorted().toList(),
                read("dump", each.digest().toString()).lines().sorted().toList());
          }
        }
      }
    }
  }

  @Test
  void seesDamage() throws IOException {
    Path layer;
    String digest;
    try (LayerStore store = store()) {
      Image image = store.image("sample:1");
      digest = image.digest().toString();
      String diffId = image.layers().get(0).diffId().digest().hex();
      layer = store.directory().resolve("layerfs/layers").resolve(diffId).resolve("layer.erofs");
    }
    layer.toFile().setWritable(true);
    byte[] bytes = Files.readAllBytes(layer);
    bytes[5000] ^= 1;
    Files.write(layer, bytes, StandardOpenOption.WRITE);
    Tool.Result result = run("dump", digest);
    assertNotEquals(0, result.status());
    assertTrue(result.output().endsWith(": checksum\n"), result.output());
  }

  /** A store with an image that has what images have: all kinds of objects, attributes, names, and marks in a second layer. */
  private LayerStore store() throws IOException {
    TarBuilder base = new TarBuilder()
        .directory("etc/")
        .file("etc/motd", "hello\n")
        .file("etc/gone", "deleted above")
        .file("old/file", "hidden above")
        .add(TarEntryBuilder.file("usr/bin/tool", new byte[10_000])
            .mode(04755)
            .owner(70_000, 5)
            .mtime(1_700_000_000, 123_456_789)
            .xattr("user.note", "of an image".getBytes(StandardCharsets.UTF_8))
            .xattr("security.capability", new byte[] {1, 0, 0, 2}))
        .file("big", "0123456789abcdef".repeat(1000))
        .file("empty", "")
        .file("name \udcff", "bytes that are not UTF-8")
        .symlink("bin", "usr/bin")
        .symlink("long", "x/".repeat(1500))
        .hardLink("etc/again", "etc/motd")
        .fifo("pipe")
        .characterDevice("null", 1, 3)
        .blockDevice("disk", 259, 70_000);
    for (int i = 0; i < 100; i++) {
      base.file("many/file-with-a-name-of-some-length-" + i, Integer.toString(i));
    }
    TarBuilder top = new TarBuilder()
        .whiteout("etc/", "gone")
        .opaque("old/")
        .file("old/new", "only this")
        .hardLink("linked", "big")
        .file("bin/through-the-link", "in usr/bin");
    LayerStore store = LayerStore.open(temporary.resolve("store"));
    TestImage image = new TestImage().layer(base).layer(top);
    store.load(new TestLayout().image("sample:1", image).write(temporary.resolve("layout")));
    return store;
  }

  private String read(String... arguments) throws IOException {
    Tool.Result result = run(arguments);
    assertEquals(0, result.status(), result.output());
    return result.output();
  }

  private Tool.Result run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(
        List.of("python3", program.toString(), temporary.resolve("store").toString()));
    command.addAll(List.of(arguments));
    return Tool.run(command);
  }
}
