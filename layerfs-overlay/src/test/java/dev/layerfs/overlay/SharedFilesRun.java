package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The program that {@link OtherProcessTest} runs without privileges: a plain directory, as far as a user may. */
final class SharedFilesRun {
  private SharedFilesRun() {}

  /** Runs with a directory of the user's. */
  public static void main(String[] arguments) throws IOException {
    Path root = Files.createDirectory(Path.of(arguments[0]).toRealPath().resolve("root"));
    HostFiles files = new LinuxFilesFactory().openShared(root).orElseThrow();
    try {
      run(files, root);
    } finally {
      files.close();
    }
  }

  private static void run(HostFiles files, Path root) throws IOException {
    Path file = files.resolve(root, Name.of("file"));
    files.create(file, FileType.REGULAR, 0640, 0, 0);
    files.symlink(files.resolve(root, Name.of("link")), new byte[] {'/'});
    Stat stat = files.stat(file);
    equal(List.of(0L, 0L, 0640), List.of(stat.uid(), stat.gid(), stat.mode()));
    equal(65534, Files.getAttribute(root.resolve("file"), "unix:uid"));
    files.setOwnerAndMode(file, 0, 0, 0000);
    refused(Errno.EACCES, () -> files.open(file, false).close());
    equal(0000, files.stat(file).mode());
    refused(Errno.EPERM, () -> files.setOwnerAndMode(file, 5, 0, 0600));
    refused(Errno.EPERM, () -> files.setXattr(file, Name.of("trusted.x"), new byte[1]));
    Path device = files.resolve(root, Name.of("device"));
    refused(Errno.EPERM, () -> files.create(device, FileType.CHARACTER_DEVICE, 0600, 1, 3));
    equal(2, files.list(root).size());
  }

  private static void equal(Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("expected " + expected + ", but it is " + actual);
    }
  }

  /** What a user may not do. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  private static void refused(Errno errno, Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (PosixException e) {
      equal(errno, e.errno());
      return;
    }
    throw new AssertionError("not refused with " + errno);
  }
}
