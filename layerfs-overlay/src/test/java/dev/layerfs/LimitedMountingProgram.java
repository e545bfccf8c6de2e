package dev.layerfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A program that mounts a container, writes a line to a file of it, says so, and unmounts it, again and again until it is
 * killed: {@code STORE CONTAINER TARGET FIRST}.
 */
final class LimitedMountingProgram {
  private LimitedMountingProgram() {}

  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[2]);
    try (LayerStore store = LayerStore.open(Path.of(args[0]))) {
      for (int i = Integer.parseInt(args[3]); ; i++) {
        store.mount(args[1], target);
        try (FileChannel log = FileChannel.open(
            target.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
          log.write(ByteBuffer.wrap((i + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        System.out.println(i);
        store.unmount(args[1]);
      }
    }
  }
}
