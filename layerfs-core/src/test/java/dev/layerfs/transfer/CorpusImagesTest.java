package dev.layerfs.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.HostileCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Image archives that other projects test with: each must be refused, or give an image whose every layer has the DiffID
 * that its config says.
 */
final class CorpusImagesTest {
  private static final Set<String> FOLDERS = Set.of("container-libs", "oras", "ggcr", "jib");

  /** Layers without an image around them. */
  private static final Set<String> NO_IMAGES = Set.of(
      "jib/extract-missing-dirs.tar",
      "jib/symlinks.tar",
      "ggcr/no_manifest.tar",
      "ggcr/null_manifest.tar");

  private static final Map<String, List<List<String>>> NAMES = Map.ofEntries(
      Map.entry("container-libs/almostempty.tar", List.of(List.of("emptyimage:latest"))),
      Map.entry(
          "container-libs/buildkit-docker.tar",
          List.of(List.of("github.com/buildkit/archive:docker"))),
      Map.entry(
          "container-libs/buildkit-oci.tar", List.of(List.of("github.com/buildkit/archive:oci"))),
      Map.entry("container-libs/docker-name-only.tar.xz", List.of(List.of("pretty-empty:latest"))),
      Map.entry(
          "container-libs/docker-registry-name.tar.xz",
          List.of(List.of("example.com/empty:latest"))),
      Map.entry(
          "container-libs/docker-two-images.tar.xz",
          List.of(List.of("example.com/empty:latest"), List.of("example.com/empty/but:different"))),
      Map.entry(
          "container-libs/docker-two-names.tar.xz",
          List.of(List.of("pretty-empty:latest", "example.com/empty:latest"))),
      Map.entry("container-libs/docker-unnamed.tar.xz", List.of(List.of())),
      Map.entry("container-libs/oci-name-only.tar.gz", List.of(List.of("pretty-empty:latest"))),
      Map.entry(
          "container-libs/oci-non-docker-name.tar.gz", List.of(List.of("UPPERCASE-IS-INVALID"))),
      Map.entry(
          "container-libs/oci-registry-name.tar.gz", List.of(List.of("example.com/empty:latest"))),
      Map.entry("container-libs/oci-unnamed.tar.gz", List.of(List.of())),
      Map.entry("dotnet/misc-docker-hello-world.tar", List.of(List.of("hello-world:latest"))),
      Map.entry(
          "dotnet/misc-podman-hello-world.tar",
          List.of(List.of("docker.io/library/hello-world:latest"))),
      Map.entry("ggcr/hello-world-v25.tar", List.of(List.of())),
      Map.entry(
          "ggcr/overwritten_file.tar", List.of(List.of("bazel/pkg/v1/mutate:overwritten_file"))),
      Map.entry(
          "ggcr/test_link.tar",
          List.of(
              List.of("bazel/v1/tarball:test_image_1"), List.of("bazel/v1/tarball:test_image_3"))),
      Map.entry("ggcr/whiteout_dir.tar", List.of(List.of("localhost:5000/whiteout:latest"))),
      Map.entry("jib/docker-save.tar", List.of(List.of("extraction.test:latest"))),
      Map.entry("jib/jib-image.tar", List.of(List.of("extraction.test:latest"))),
      Map.entry("oras/hello-world.tar", List.of(List.of("docker.io/library/hello-world:latest"))));

  @TempDir
  private Path scratch;

  static Stream<HostileCase> images() {
    return HostileCase.corpus().stream()
        .filter(c -> FOLDERS.contains(folder(c)) || c.id().endsWith("-hello-world.tar"));
  }

  private static String folder(HostileCase c) {
    return c.id().substring(0, c.id().indexOf('/'));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("images")
  void givesWholeImages(HostileCase c) throws IOException {
    if (NO_IMAGES.contains(c.id())) {
      assertThrows(
          MalformedImageException.class,
          () -> ImageSource.open(c.file(), Limits.DEFAULT, TestSpool.in(scratch)));
      return;
    }
    assertTrue(c.allows("ACCEPT"), c::toString);
    try (ImageSource source = ImageSource.open(c.file(), Limits.DEFAULT, TestSpool.in(scratch))) {
      List<List<String>> names = source.offers().stream().map(Offer::names).toList();
      assertEquals(NAMES.getOrDefault(c.id(), names), names);
      for (Offer offer : source.offers()) {
        checkImage(source, offer.descriptor());
      }
    }
  }

  private static void checkImage(ImageSource source, Descriptor offered) throws IOException {
    ImageGraph graph = new ImageGraph(source, Limits.DEFAULT);
    Manifest manifest = graph.select(offered, Platform.of("linux", "amd64")).orElseThrow();
    manifest.requireImage();
    ImageConfig config = ImageConfig.parse(manifest, graph.read(manifest.config()), Limits.DEFAULT);
    List<String> diffIds = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layer.verify(TestImage.read(source, layer));
      diffIds.add(Digest.sha256(TestImage.readTar(source, layer)).toString());
    }
    assertEquals(config.diffIds().stream().map(Object::toString).toList(), diffIds);
  }
}
