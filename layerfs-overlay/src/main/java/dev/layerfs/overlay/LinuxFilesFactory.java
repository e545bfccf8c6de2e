package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.HostFilesFactory;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Uppers as Linux itself keeps them. Needs Linux 5.6 ({@code openat2}), glibc 2.33 or a C library with the same functions, and
 * {@code /proc}.
 */
public final class LinuxFilesFactory implements HostFilesFactory {
  /** Called by {@link java.util.ServiceLoader}. */
  public LinuxFilesFactory() {}

  @Override
  public Optional<String> best(Path directory) {
    for (String label : new String[] {TrustedFiles.LABEL, UserFiles.LABEL}) {
      if (canKeep(label, directory)) {
        return Optional.of(label);
      }
    }
    return Optional.empty();
  }

  private boolean canKeep(String label, Path directory) {
    Path work = directory.resolve("work");
    try {
      Files.createDirectory(work);
      try {
        probe(open(label, work), directory);
        return true;
      } finally {
        Files.deleteIfExists(work.resolve(Whiteouts.SEED));
        Files.delete(work);
      }
    } catch (IOException e) {
      System.getLogger(LinuxFilesFactory.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} can''t be used: {1}", label, e.getMessage());
      return false;
    }
  }

  /** Tries what sets a format apart from what the JDK can do. */
  private static void probe(HostFiles files, Path directory) throws PosixException {
    Path one = directory.resolve("one");
    Path other = directory.resolve("other");
    try {
      files.create(one, FileType.DIRECTORY, 0700, 0, 0);
      files.setXattr(one, Name.of(files.markPrefix() + "opaque"), new byte[] {'y'});
      files.create(other, FileType.CHARACTER_DEVICE, 0, 0, 0);
      if (!files.exchange(one, other)) {
        throw new PosixException(Errno.ENOTSUP, "renameat2 with RENAME_EXCHANGE");
      }
      if (files instanceof TrustedFiles) {
        files.delete(one);
        files.create(one, FileType.CHARACTER_DEVICE, 0600, 1, 3); // /dev/null
        files.setOwnerAndMode(one, 1, 1, 0600);
      }
    } finally {
      discard(files, one);
      discard(files, other);
    }
  }

  private static void discard(HostFiles files, Path place) throws PosixException {
    try {
      files.discard(place);
    } catch (PosixException e) {
      throw e;
    } catch (IOException e) {
      throw LinuxErrors.of(e, place);
    }
  }

  @Override
  public boolean knows(String label) {
    return label.equals(TrustedFiles.LABEL) || label.equals(UserFiles.LABEL);
  }

  @Override
  public HostFiles open(String label, Path work) throws PosixException {
    if (!isHosts(work)) {
      throw new PosixException(Errno.ENOTSUP, label + ": only on Linux, and not in memory");
    }
    try {
      return label.equals(TrustedFiles.LABEL) ? trusted(work) : user(work);
    } catch (LinkageError | IllegalCallerException e) {
      throw new PosixException(
          Errno.ENOTSUP,
          label + ": native functions can't be called",
          new IOException(e.getMessage(), e));
    }
  }

  private static HostFiles trusted(Path work) throws PosixException {
    Places places = Places.in(container(work));
    NativeFiles unchecked = new NativeFiles(places, Access.DIRECT);
    Access checked = new CheckedAccess(() -> requireTrusted(unchecked, work));
    return new TrustedFiles(new NativeFiles(places, checked), work);
  }

  /** To who may not write them they are not there, so that marks would not be seen. Removing what is not there changes nothing. */
  private static void requireTrusted(NativeFiles files, Path work) throws PosixException {
    Path container = container(work);
    files.at(container, at -> {
      byte[] none = (TrustedFiles.NAMESPACE + "overlay.layerfs.none")
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      long result = FileCalls.lremovexattr(at.path(), NativeFiles.text(none, at.arena()));
      return LinuxErrors.is(result, Errno.ENODATA)
          ? 0
          : LinuxErrors.check(
              result, "trusted attributes, which only root may use: lremovexattr", container);
    });
  }

  @Override
  public Optional<HostFiles> openShared(Path root) throws PosixException {
    if (!isHosts(root)) {
      return Optional.empty();
    }
    try {
      NativeFiles files = new NativeFiles(Places.below(root), Access.DIRECT);
      return Optional.of(new PlainFiles(files, Owners.current(), root));
    } catch (LinkageError | IllegalCallerException e) {
      return Optional.empty(); // the JDK's own calls are what is left
    }
  }

  private static boolean isHosts(Path path) {
    return System.getProperty("os.name", "").equals("Linux")
        && path.getFileSystem().equals(FileSystems.getDefault());
  }

  private static boolean isMachinesRoot(NativeFiles files, Path work) {
    try {
      requireTrusted(files, work);
      return true;
    } catch (PosixException e) {
      return false;
    }
  }

  private static HostFiles user(Path work) throws PosixException {
    Owners owners = Owners.current();
    Places places = Places.in(container(work));
    Access access = owners.isRoot() ? Access.DIRECT : new OwnerAccess(places, container(work));
    NativeFiles files = new NativeFiles(places, access);
    return new UserFiles(files, work, owners, !isMachinesRoot(files, work));
  }

  private static Path container(Path work) {
    return java.util.Objects.requireNonNull(work.toAbsolutePath().getParent());
  }
}
