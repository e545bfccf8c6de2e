package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who renames, anywhere on the machine, makes nobody's opening of a path with {@code ..} fail. */
@EnabledOnOs(OS.LINUX)
final class RacingRenamesTest {
  private static final int OPENS = 20_000;
  private static final String WAY = "directory/../".repeat(4) + "file";

  @TempDir
  Path temporary;

  @Test
  void pathsBelowADirectoryAreOpened() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    Files.createDirectory(root.resolve("directory"));
    Files.createFile(root.resolve("file"));
    AtomicBoolean done = new AtomicBoolean();
    Path one = Files.createFile(temporary.resolve("one"));
    CompletableFuture<Long> renames = CompletableFuture.supplyAsync(() -> renameUntil(done, one));
    long directory = open(FileCalls.AT_FDCWD, root.toString(), OpenFlags.DIRECTORY, 0);
    try {
      for (int i = 0; i < OPENS; i++) {
        long resolve = i % 2 == 0 ? OpenFlags.RESOLVE_IN_ROOT : OpenFlags.RESOLVE_BENEATH;
        long opened = open((int) directory, WAY, 0, resolve);
        assertTrue(opened >= 0, () -> "errno " + -opened);
        FileCalls.close((int) opened);
      }
    } finally {
      FileCalls.close((int) directory);
      done.set(true);
    }
    assertTrue(renames.get() > 0);
  }

  private static long open(int directory, String path, long flags, long resolve) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return FileCalls.openat2(directory, bytes, OpenFlags.READ_ONLY | flags, 0, resolve);
  }

  private static long renameUntil(AtomicBoolean done, Path one) {
    Path other = one.resolveSibling("other");
    long renames = 0;
    try {
      while (!done.get()) {
        Files.move(one, other, StandardCopyOption.ATOMIC_MOVE);
        Files.move(other, one, StandardCopyOption.ATOMIC_MOVE);
        renames += 2;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return renames;
  }
}
