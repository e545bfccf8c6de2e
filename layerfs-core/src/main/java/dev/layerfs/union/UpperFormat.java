package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.HostFilesFactory;
import dev.layerfs.spi.Installed;
import dev.layerfs.spi.OverrideStat;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The ways to keep an upper on a host. */
enum UpperFormat {
  /** overlayfs's own, with the host's owners and modes. Linux, as root. */
  OVERLAYFS,
  /** overlayfs's own, with owners and modes in an attribute. Linux, without privileges. */
  OVERLAYFS_OVERRIDE,
  /** Regular files and directories with user-defined attributes. */
  PORTABLE,
  /** Regular files and directories, and a file beside each. */
  PORTABLE_SIDE;

  /** Returns the text that a container's record keeps. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Opens the host files of an upper of any format, by this library or a module beside it.
   *
   * @param format what the container's record keeps
   * @param work the upper's work directory
   * @throws PosixException {@link Errno#ENOTSUP} if the format is not known, or can't be used by this process
   */
  static HostFiles files(Upper.Format format, Path work) throws PosixException {
    for (UpperFormat known : values()) {
      if (known.label().equals(format.name())) {
        return known.files(work);
      }
    }
    Installed<HostFilesFactory> installed = Installed.hostFiles();
    for (HostFilesFactory factory : installed.implementations()) {
      if (factory.knows(format.name())) {
        return factory.open(format.name(), work);
      }
    }
    String why = installed.problems().isEmpty()
        ? "an upper is kept as only layerfs-overlay can, or a newer version of this library"
        : String.join("; ", installed.problems());
    throw new PosixException(Errno.ENOTSUP, format.name() + ": " + why);
  }

  private HostFiles files(Path work) {
    return switch (this) {
      case OVERLAYFS -> new OverlayfsFiles(work, true);
      case OVERLAYFS_OVERRIDE -> new OverlayfsFiles(work, false);
      case PORTABLE -> new PortableFiles(work, new RecordStore.Attribute());
      case PORTABLE_SIDE -> new PortableFiles(work, new RecordStore.SideFile());
    };
  }

  /** Tries what the host can, and what a module beside this library can, in a directory that is removed again. */
  static Upper.Format best(Path storeDirectory) throws IOException {
    if (storeDirectory.getFileSystem().equals(FileSystems.getDefault())) {
      Path probe = Files.createTempDirectory(storeDirectory, "probe-");
      try {
        for (HostFilesFactory factory : Installed.hostFiles().implementations()) {
          Optional<String> best = factory.best(probe);
          if (best.isPresent()) {
            return new Upper.Format(best.get());
          }
        }
      } finally {
        Files.delete(probe);
      }
    }
    return new Upper.Format(bestOfJdk(storeDirectory).label());
  }

  /** Tries what the JDK can on a host, in a directory that is removed again. */
  static UpperFormat bestOfJdk(Path storeDirectory) throws IOException {
    Path probe = Files.createTempDirectory(storeDirectory, "probe-");
    try {
      if (!canHoldAttributes(probe)) {
        return PORTABLE_SIDE;
      }
      if (!probe.getFileSystem().equals(FileSystems.getDefault()) || !canHoldWhiteouts(probe)) {
        return PORTABLE;
      }
      return canGiveAway(probe) ? OVERLAYFS : OVERLAYFS_OVERRIDE;
    } finally {
      Files.delete(probe);
    }
  }

  private static boolean canHoldAttributes(Path probe) {
    try {
      UserAttributes.set(
          probe, OverrideStat.ATTRIBUTE.substring("user.".length()), new byte[] {'0'});
      return true;
    } catch (PosixException e) {
      return false;
    }
  }

  /** An overlayfs upper also needs names as bytes, which the JDK has where its file names are UTF-8. */
  private static boolean canHoldWhiteouts(Path probe) throws IOException {
    if (!probe.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    Path place;
    try {
      place = probe.resolve("wh\u00ef\u0442eout");
    } catch (java.nio.file.InvalidPathException e) {
      return false;
    }
    boolean made = WhiteoutSeed.make(place);
    Files.deleteIfExists(place);
    return made;
  }

  private static boolean canGiveAway(Path probe) {
    try {
      Files.setAttribute(probe, "unix:uid", 1, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(probe, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
