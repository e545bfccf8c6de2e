package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The one character device 0:0 that all whiteouts of an upper are hard links of. The JDK can link device nodes but not
 * make them, so the first is made by the {@code mknod} program, which needs no privilege for this device.
 */
final class WhiteoutSeed {
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin/mknod"), Path.of("/bin/mknod"));

  private final Path seed;

  WhiteoutSeed(Path seed) {
    this.seed = seed;
  }

  /** Puts a whiteout at a free place; replaces the seed when the file system allows no more links of it. */
  synchronized void link(Path place) throws PosixException {
    try {
      try {
        Files.createLink(place, seed);
      } catch (NoSuchFileException e) {
        make();
        Files.createLink(place, seed);
      }
    } catch (IOException e) {
      PosixException failure = HostErrors.of(e, place);
      if (failure.errno() != Errno.EMLINK) {
        throw failure;
      }
      renew(place);
    }
  }

  private void renew(Path place) throws PosixException {
    try {
      Files.delete(seed);
      make();
      Files.createLink(place, seed);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  private void make() throws IOException {
    if (!make(seed)) {
      throw new PosixException(Errno.ENOTSUP, "mknod: a whiteout can't be made on this host");
    }
  }

  /**
   * Makes a whiteout with the host's program.
   *
   * @param place a free place
   * @return whether a whiteout is there now
   */
  static boolean make(Path place) throws IOException {
    for (Path program : PROGRAMS) {
      if (Files.isExecutable(program)) {
        run(program, place);
        return isWhiteout(place);
      }
    }
    return false;
  }

  private static void run(Path program, Path place) throws IOException {
    Process process = new ProcessBuilder(program.toString(), place.toString(), "c", "0", "0")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    process.getOutputStream().close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosixException(Errno.EINTR, "mknod");
    }
  }

  private static boolean isWhiteout(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Object rdev = Files.getAttribute(place, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
    return rdev.equals(0L)
        && Files.readAttributes(
                place, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
  }
}
