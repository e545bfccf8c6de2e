package dev.layerfs.nio;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Stat;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Stat} as file attributes. There is no time of creation; that of the last modification stands in for it, as it
 * does in the JDK's own provider on file systems without one.
 */
record StatAttributes(LayerFileSystem fileSystem, int device, Stat stat)
    implements PosixFileAttributes {
  @Override
  public FileTime lastModifiedTime() {
    return time(stat.mtimeSeconds(), stat.mtimeNanos());
  }

  @Override
  public FileTime lastAccessTime() {
    return time(stat.atimeSeconds(), stat.atimeNanos());
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  /** The time of the last change of the file or its attributes, {@code unix:ctime}. */
  FileTime changeTime() {
    return time(stat.ctimeSeconds(), stat.ctimeNanos());
  }

  private static FileTime time(long seconds, int nanos) {
    boolean instant =
        seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
    return instant
        ? FileTime.from(Instant.ofEpochSecond(seconds, nanos))
        : FileTime.from(seconds, TimeUnit.SECONDS);
  }

  @Override
  public boolean isRegularFile() {
    return stat.type() == FileType.REGULAR;
  }

  @Override
  public boolean isDirectory() {
    return stat.type() == FileType.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return stat.type() == FileType.SYMLINK;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public long size() {
    return stat.size();
  }

  @Override
  public Object fileKey() {
    return new FileKey(fileSystem.id(), device, stat.inode());
  }

  @Override
  public UserPrincipal owner() {
    return fileSystem.accounts().user(stat.uid());
  }

  @Override
  public GroupPrincipal group() {
    return fileSystem.accounts().group(stat.gid());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return Permissions.ofMode(stat.mode());
  }
}
