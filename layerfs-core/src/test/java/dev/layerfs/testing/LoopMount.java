package dev.layerfs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of its own in a sparse file, mounted until it is closed. Needs root. */
public final class LoopMount implements Closeable {
  /** mkfs.xfs refuses less than 300 MiB. */
  private static final long SIZE = 400L << 20;

  private final Path directory;

  private LoopMount(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes a file system and mounts it; the test is skipped where that can't be done.
   *
   * @param type its type, such as {@code xfs}
   * @param scratch an existing directory, for the file and the mount point
   */
  public static LoopMount of(String type, Path scratch) throws IOException {
    Tool.assume("mkfs." + type);
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "only root can mount");
    Path image = scratch.resolve(type + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    Tool.Result made = Tool.run(List.of("mkfs." + type, "-q", image.toString()));
    assertEquals(0, made.status(), made.output());
    Path directory = Files.createDirectory(scratch.resolve(type));
    Tool.Result mounted = Tool.run(
        List.of("mount", "-t", type, "-o", "loop", image.toString(), directory.toString()));
    assumeTrue(mounted.status() == 0, "can't mount " + type + ": " + mounted.output());
    return new LoopMount(directory);
  }

  /** Returns the root directory. */
  public Path directory() {
    return directory;
  }

  /**
   * Unmounts it. Mappings of its files keep it busy until the garbage collector has found them, so that is waited for;
   * something else that is open there is an error.
   */
  @Override
  public void close() throws IOException {
    if (!Garbage.collectUntil(() -> unmount().status() == 0)) {
      String output = unmount().output();
      Tool.run(List.of("umount", "--lazy", directory.toString()));
      throw new IOException(output);
    }
  }

  private Tool.Result unmount() throws IOException {
    return Tool.run(List.of("umount", directory.toString()));
  }
}
