package dev.layerfs.union;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.CheckedTempDir;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** The hosts and formats that an upper is tried on. */
public enum TestHost {
  /** overlayfs's format with host owners, as root. */
  OVERLAYFS("overlayfs", FileSystems::getDefault),
  /** overlayfs's format without privileges. */
  OVERLAYFS_OVERRIDE("overlayfs-override", FileSystems::getDefault),
  /** The portable format where there are user attributes. */
  PORTABLE("portable", FileSystems::getDefault),
  /** The portable format where there are none. */
  PORTABLE_SIDE("portable-side", FileSystems::getDefault),
  /** A file system in memory as a store in memory is made. */
  JIMFS_UNIX("portable", TestHost::jimfsUnix),
  /** A file system in memory that ignores case and has no user attributes. */
  JIMFS_WINDOWS("portable-side", () -> Jimfs.newFileSystem(Configuration.windows())),
  /** A file system in memory that normalises names and has no user attributes. */
  JIMFS_OSX("portable-side", () -> Jimfs.newFileSystem(Configuration.osX())),
  /** What layerfs-overlay does as root. */
  LINUX_TRUSTED("overlayfs-trusted", FileSystems::getDefault),
  /** What layerfs-overlay does in a user namespace or without privileges. */
  LINUX_USER("overlayfs-user", FileSystems::getDefault);

  private final String format;
  private final Supplier<FileSystem> fileSystem;

  TestHost(String format, Supplier<FileSystem> fileSystem) {
    this.format = format;
    this.fileSystem = fileSystem;
  }

  private static FileSystem jimfsUnix() {
    return Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "posix", "unix", "user")
        .build());
  }

  /** Whether it is a module beside this library that keeps uppers so. */
  boolean isInstalled() {
    return this == LINUX_TRUSTED || this == LINUX_USER;
  }

  /** Whether a test that is for one of some hosts is also for this one, which another module brings. */
  boolean isLikeOne(List<String> names) {
    return isInstalled()
        && (names.contains(OVERLAYFS.name())
            || names.contains(OVERLAYFS_OVERRIDE.name()) && this == LINUX_USER);
  }

  /** Returns the format of uppers. */
  public Upper.Format format() {
    return new Upper.Format(format);
  }

  /** Makes an empty directory; the test is skipped where the default file system can't hold the format. */
  public Path directory() throws IOException {
    FileSystem fs = fileSystem.get();
    if (!fs.equals(FileSystems.getDefault())) {
      return Files.createDirectory(fs.getRootDirectories().iterator().next().resolve("store"));
    }
    return directoryIn(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Makes an empty directory in one of the default file system; the test is skipped where that can't hold the format. */
  public Path directoryIn(Path parent) throws IOException {
    Path directory = Files.createTempDirectory(parent, "layerfs-union");
    UpperFormat best = UpperFormat.bestOfJdk(directory);
    boolean overlayfs = best == UpperFormat.OVERLAYFS || best == UpperFormat.OVERLAYFS_OVERRIDE;
    boolean able = switch (this) {
      case OVERLAYFS -> best == UpperFormat.OVERLAYFS;
      case OVERLAYFS_OVERRIDE -> overlayfs;
      case PORTABLE -> best != UpperFormat.PORTABLE_SIDE;
      case LINUX_TRUSTED, LINUX_USER -> canOpen(directory);
      default -> true;
    };
    if (!able) {
      Files.delete(directory);
    }
    Assumptions.assumeTrue(able, "this file system can't hold the format " + format);
    return directory;
  }

  private boolean canOpen(Path directory) {
    try {
      UpperFormat.files(format(), directory.resolve("work"));
      return true;
    } catch (PosixException e) {
      return false;
    }
  }

  /** Makes an upper in a new directory. */
  public Upper create(Path container, ErofsImage image) throws IOException {
    Files.createDirectory(container);
    Upper.create(container, format(), image);
    return Upper.open(container, format());
  }

  /** Returns the files of an upper that no view has open. */
  public HostFiles files(Path container) throws IOException {
    return UpperFormat.files(format(), container.resolve("work"));
  }

  /** Deletes a directory of the default file system, in which nothing may be open; others go with their file system. */
  public static void delete(Path directory) throws IOException {
    if (!directory.getFileSystem().equals(FileSystems.getDefault())) {
      directory.getFileSystem().close();
      return;
    }
    CheckedTempDir.requireClosed(directory.toRealPath().toString(), "the test on this host");
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure)
          throws IOException {
        Files.delete(visited);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
