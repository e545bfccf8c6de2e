package dev.layerfs;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program that mounts or unmounts container {@code c} when it is told to, and dies without cleaning up: {@code STORE TARGET
 * mount|unmount}.
 */
final class VolumeMountCrashProgram {
  private VolumeMountCrashProgram() {}

  public static void main(String[] args) throws IOException {
    LayerStore store = LayerStore.open(Path.of(args[0]));
    store.mountSupport(); // what it finds out by mounting
    System.out.println("ready");
    int go = System.in.read();
    if (go >= 0 && args[2].equals("mount")) {
      store.mount("c", Path.of(args[1]), MountOptions.DEFAULT);
    } else if (go >= 0) {
      store.unmount("c");
    }
    System.out.println("done");
    Runtime.getRuntime().halt(0);
  }
}
