package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.StoreOptions;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.RealImages;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link RealImages}: pulled from Debian's docker-registry they leave the same files in a store as loaded, and pushed they are
 * what they were. In each build that is one of the two compressions.
 */
final class RealImagePullTest {
  @TempDir
  static Path scratch;

  @BeforeAll
  static void needsImagesAndPeers() {
    RealImages.assume();
    DockerRegistry.assume();
    Tool.assume("skopeo");
  }

  static Stream<Path> layouts() throws IOException {
    List<String> kinds = new ArrayList<>(List.of("oci-gzip", "oci-zstd"));
    Collections.shuffle(kinds, Seed.random(RealImagePullTest.class));
    return RealImages.some().stream()
        .flatMap(image -> kinds.stream().limit(Scale.of(1, kinds.size())).map(image::resolve));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void aPullIsALoad(Path layout) throws IOException {
    Path directory = Files.createDirectory(
        scratch.resolve(layout.getParent().getFileName() + "-" + layout.getFileName()));
    StoreOptions quick = StoreOptions.builder().unsafeNoSync().build();
    try (DockerRegistry registry = DockerRegistry.open(directory.resolve("registry"));
        RegistryClient client = RegistryClient.open(registry.options().build());
        LayerStore loaded = LayerStore.open(directory.resolve("loaded"), quick);
        LayerStore pulled = LayerStore.open(directory.resolve("pulled"), quick)) {
      registry.skopeo(
          "--dest-tls-verify=false",
          "oci:" + layout + ":latest",
          "docker://" + registry.host() + "/real:1");
      Image image = loaded.load(layout).get(0);
      PullOptions pull = PullOptions.builder().client(client).build();
      assertEquals(
          image.digest(), pulled.pull(registry.host() + "/real:1", pull).get(0).digest());
      assertEquals(files(loaded.directory()), files(pulled.directory()));

      String copy = registry.host() + "/copy:1";
      PushOptions push = PushOptions.builder().client(client).destination(copy).build();
      Digest pushed = loaded.push(image.digest().toString(), push);
      assertEquals(image.digest(), pushed);
      Path back = directory.resolve("back");
      registry.skopeo("--src-tls-verify=false", "docker://" + copy, "oci:" + back + ":x");
      assertEquals(blobs(layout), blobs(back));
    }
    Tool.run(List.of("rm", "-rf", directory.toString()));
  }

  /** Blobs, layer files and trees, by name, with their digests. */
  private static Map<String, Digest> files(Path store) throws IOException {
    Map<String, Digest> files = new TreeMap<>();
    for (String part : List.of("blobs", "layerfs/layers", "layerfs/trees")) {
      try (Stream<Path> all = Files.walk(store.resolve(part))) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(store.relativize(file).toString(), Digest.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  private static List<String> blobs(Path layout) throws IOException {
    try (Stream<Path> all = Files.list(layout.resolve("blobs/sha256"))) {
      return all.map(blob -> blob.getFileName().toString()).sorted().toList();
    }
  }
}
