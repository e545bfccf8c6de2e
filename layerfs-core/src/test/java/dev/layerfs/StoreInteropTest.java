package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other tools read the store as the OCI image layout it is, also while it is open. */
final class StoreInteropTest {
  private static final String NAME = "docker.io/library/debian:12";

  @TempDir
  Path temporary;

  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    TestImage image = new TestImage()
        .layer(new TarBuilder().file("a", "a"))
        .layer(new TarBuilder().whiteout("", "a"));
    store = LayerStore.open(temporary.resolve("store"));
    store.load(new TestLayout().image("debian:12", image).write(temporary.resolve("layout")));
    store.tag("debian:12", "registry.example/team/app:1.0");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void skopeoInspectsAnImageByItsFullName() throws Exception {
    String output = text(run("skopeo", "inspect", "oci:" + store.directory() + ":" + NAME));
    Image image = store.image(NAME);
    assertTrue(output.contains(image.digest().toString()), output);
    for (LayerInfo layer : image.layers()) {
      assertTrue(output.contains(layer.blob().digest().toString()), output);
    }
  }

  @Test
  void skopeoReadsTheManifestByteByByte() throws Exception {
    byte[] raw = run("skopeo", "inspect", "--raw", "oci:" + store.directory() + ":" + NAME);
    assertArrayEquals(store.image(NAME).manifest().bytes(), raw);
  }

  @Test
  @DisplayName("CFG-01: blobs are kept as they came, so nothing changes a DiffID")
  void skopeoCopiesAnImageOut() throws Exception {
    Path copy = temporary.resolve("copy");
    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "oci:" + store.directory() + ":" + NAME,
        "oci:" + copy + ":copied");
    try (LayerStore other = LayerStore.open(temporary.resolve("other"))) {
      assertEquals(store.image(NAME).digest(), other.load(copy).get(0).digest());
    }
  }

  @Test
  void umociListsTheNames() throws Exception {
    String output = text(run("umoci", "ls", "--layout", store.directory().toString()));
    assertEquals(
        List.of(NAME, "registry.example/team/app:1.0"), output.lines().sorted().toList());
  }

  private byte[] run(String... command) throws Exception {
    boolean found = Stream.of(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command[0])));
    assumeTrue(found, command[0] + " is not installed");
    Path output = temporary.resolve("output");
    Path errors = temporary.resolve("errors");
    Process process = new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(errors.toFile())
        .start();
    int status = process.waitFor();
    assertEquals(0, status, text(Files.readAllBytes(errors)));
    return Files.readAllBytes(output);
  }

  private static String text(byte[] output) {
    return new String(output, StandardCharsets.UTF_8);
  }
}
