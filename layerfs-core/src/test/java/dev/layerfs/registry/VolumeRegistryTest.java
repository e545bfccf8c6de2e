package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.SaveFormat;
import dev.layerfs.TreeDump;
import dev.layerfs.Volume;
import dev.layerfs.VolumeOptions;
import dev.layerfs.Volumes;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as artifacts: through Debian's docker-registry, and copied by skopeo. */
final class VolumeRegistryTest {
  @TempDir
  private Path directory;

  @BeforeEach
  void needsPrograms() {
    DockerRegistry.assume();
    Tool.assume("skopeo");
  }

  private static Volume fill(LayerStore store) throws IOException {
    Volume volume = store.volumes().create("data");
    try (Rootfs root = volume.open()) {
      Files.writeString(root.root().resolve("file"), "content");
      Files.createLink(root.root().resolve("other"), root.root().resolve("file"));
      Files.write(root.root().resolve("big"), new byte[3 << 20]);
    }
    return volume;
  }

  private static Object tree(Volume volume) throws IOException {
    try (Rootfs root = volume.open()) {
      return TreeDump.of(root.posix());
    }
  }

  @Test
  void pushedVolumeIsPulledAndImported() throws IOException {
    try (DockerRegistry registry = DockerRegistry.open(directory.resolve("registry"));
        LayerStore store = LayerStore.inMemory();
        LayerStore other = LayerStore.inMemory();
        RegistryClient client = RegistryClient.open(registry.options().build())) {
      Volume volume = fill(store);
      String reference = registry.host() + "/team/data:1";
      Digest digest = volume.export(reference);
      PushOptions push = PushOptions.builder().client(client).build();
      assertEquals(digest, store.push(reference, push));
      PullOptions pull = PullOptions.builder().client(client).build();
      assertEquals(List.of(), other.pull(reference, pull));
      Volume imported = other.volumes().importFrom(reference, "data", VolumeOptions.DEFAULT);
      assertEquals(tree(volume), tree(imported));
    }
  }

  @Test
  void skopeoCopiesAVolume() throws IOException {
    try (DockerRegistry registry = DockerRegistry.open(directory.resolve("registry"));
        LayerStore store = LayerStore.open(directory.resolve("store"));
        RegistryClient client = RegistryClient.open(registry.options().build())) {
      Volume volume = fill(store);
      String reference = registry.host() + "/team/data:1";
      volume.export(reference);
      registry.skopeo(
          "--dest-tls-verify=false",
          "oci:" + store.directory() + ":" + reference,
          "docker://" + registry.host() + "/team/copied:1");
      Tool.Result raw = Tool.run(List.of(
          "skopeo",
          "inspect",
          "--raw",
          "--tls-verify=false",
          "docker://" + registry.host() + "/team/copied:1"));
      assertEquals(0, raw.status(), raw.output());
      assertTrue(raw.output().contains(Volumes.ARTIFACT_TYPE), raw.output());
      Path layout = directory.resolve("layout");
      registry.skopeo(
          "--src-tls-verify=false",
          "docker://" + registry.host() + "/team/copied:1",
          "oci:" + layout + ":team/back:1");
      try (LayerStore other = LayerStore.inMemory()) {
        assertEquals(List.of(), other.load(layout));
        Volume imported = other.volumes().importFrom("team/back:1", "data", VolumeOptions.DEFAULT);
        assertEquals(tree(volume), tree(imported));
      }
    }
  }

  @Test
  void whoAsksForOneImageIsTold() throws IOException {
    try (LayerStore store = LayerStore.inMemory()) {
      fill(store).export("team/data:1");
      Path saved = directory.resolve("saved");
      store.save(List.of("team/data:1"), SaveFormat.OCI_ARCHIVE, saved);
      assertThrows(UnsupportedImageException.class, () -> store.image("team/data:1"));
    }
  }
}
