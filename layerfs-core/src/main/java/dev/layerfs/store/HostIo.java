package dev.layerfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** {@link StoreIo} on a {@code java.nio.file} file system. Immutable. */
final class HostIo implements StoreIo {
  private static final Set<StandardOpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  /** What the permissions of a directory are to be. */
  static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

  private final boolean sync;
  private final boolean syncDirectories;
  private final boolean posix;
  private final FileAttribute<?>[] filePermissions;
  private final FileAttribute<?>[] directoryPermissions;

  private HostIo(boolean sync, boolean syncDirectories, boolean posix) {
    this.sync = sync;
    this.syncDirectories = syncDirectories;
    this.posix = posix;
    this.filePermissions = permissions(posix, PosixFilePermissions.fromString("rw-------"));
    this.directoryPermissions = permissions(posix, PRIVATE);
  }

  private static FileAttribute<?>[] permissions(
      boolean posix, Set<PosixFilePermission> permissions) {
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  /**
   * Finds out what the file system of a directory can do.
   *
   * @param directory an existing directory
   * @param sync whether to make anything durable at all
   */
  static HostIo of(Path directory, boolean sync) {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    return new HostIo(sync, sync && canOpen(directory), posix);
  }

  /** Windows and file systems in memory have no durable directories, and nothing to open them with. */
  private static boolean canOpen(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      return channel.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, CREATE, filePermissions);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    if (sync) {
      channel.force(true);
    }
  }

  @Override
  public void syncFile(Path file) throws IOException {
    if (sync) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void mkdir(Path directory) throws IOException {
    Files.createDirectory(directory, directoryPermissions);
  }

  @Override
  public void makePrivate(Path directory) throws IOException {
    if (posix) {
      Files.setPosixFilePermissions(directory, PRIVATE);
    }
  }

  @Override
  public void unlink(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (syncDirectories) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
