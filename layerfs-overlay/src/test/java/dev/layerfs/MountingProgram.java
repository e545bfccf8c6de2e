package dev.layerfs;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program that mounts a container, says so, and dies without cleaning up when its input ends: {@code STORE IMAGE TARGET
 * ephemeral|named}.
 */
final class MountingProgram {
  private MountingProgram() {}

  public static void main(String[] args) throws IOException {
    LayerStore store = LayerStore.open(Path.of(args[0]));
    ContainerOptions.Builder options = ContainerOptions.builder();
    if (args[3].equals("ephemeral")) {
      options.ephemeral();
    } else {
      options.name(args[3]);
    }
    Mount mount = store.create(store.image(args[1]), options.build()).mount(Path.of(args[2]));
    System.out.println(mount.container());
    while (System.in.read() >= 0) {
      // until it is told to die
    }
    Runtime.getRuntime().halt(0);
  }
}
