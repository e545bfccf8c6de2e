package dev.layerfs.examples;

import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.VolumeMount;
import java.io.IOException;
import java.nio.file.Path;

/** Makes a container with volumes of all kinds that {@code run-rootless} mounts: its name, and a directory of the host. */
final class VolumesProgram {
  private VolumesProgram() {}

  public static void main(String[] args) throws IOException {
    Path host = Path.of(args[1]);
    ContainerOptions options = ContainerOptions.builder()
        .name(args[0])
        .volume(VolumeMount.bind(host, "/mnt/host").asReadOnly())
        .volume(VolumeMount.bind(host.resolve("file"), "/etc/motd").asReadOnly())
        .volume("data", "/run/data")
        .tmpfs("/run", 1 << 20)
        .build();
    try (LayerStore store = LayerStore.open(Path.of(System.getenv("LAYERFS_STORE")))) {
      store.create(store.image("debian:12"), options).close();
    }
  }
}
