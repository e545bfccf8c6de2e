package dev.layerfs.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What skopeo makes of a layout, read back. */
final class SkopeoTest {
  private static final TestImage IMAGE = TestImage.of("one");

  @TempDir
  private Path directory;

  @BeforeEach
  void makeLayout() throws IOException {
    boolean found = Stream.of(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "skopeo")));
    assumeTrue(found, "skopeo is not installed");
    Files.createDirectory(directory.resolve("scratch"));
    TestImage.writeLayout(
        directory.resolve("layout"), TestImage.index(IMAGE.named("one")), IMAGE.blobs());
  }

  @Test
  void readsItsOciArchive() throws Exception {
    copyTo("oci-archive:" + directory.resolve("out.tar") + ":two");
    checkImage("two");
  }

  @Test
  void readsItsDockerArchive() throws Exception {
    copyTo("docker-archive:" + directory.resolve("out.tar") + ":example.com/two:2");
    checkImage("example.com/two:2");
  }

  private void checkImage(String name) throws IOException {
    Path archive = directory.resolve("out.tar");
    try (ImageSource source =
        ImageSource.open(archive, Limits.DEFAULT, TestSpool.in(directory.resolve("scratch")))) {
      Offer offer = source.offers().get(0);
      assertEquals(List.of(name), offer.names());
      ImageGraph graph = new ImageGraph(source, Limits.DEFAULT);
      Manifest manifest =
          graph.select(offer.descriptor(), Platform.of("linux", "amd64")).orElseThrow();
      ImageConfig config =
          ImageConfig.parse(manifest, graph.read(manifest.config()), Limits.DEFAULT);
      assertEquals(
          IMAGE.manifest.layers().get(0).digest(), config.diffIds().get(0).digest());
      assertArrayEquals(IMAGE.layer, TestImage.readTar(source, manifest.layers().get(0)));
    }
  }

  private void copyTo(String target) throws Exception {
    Process skopeo = new ProcessBuilder(
            "skopeo",
            "--insecure-policy",
            "copy",
            "oci:" + directory.resolve("layout") + ":one",
            target)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("skopeo.log").toFile())
        .start();
    assertEquals(0, skopeo.waitFor(), () -> read(directory.resolve("skopeo.log")));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
