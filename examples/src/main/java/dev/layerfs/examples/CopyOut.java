package dev.layerfs.examples;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Copies from a root file system to the host. What is copied is not trusted: a name becomes exactly one name of the host or
 * is left out, files are made anew, and nothing is written through a link that is in the way.
 */
final class CopyOut {
  private static final PosixFilePermission[] PERMISSIONS = PosixFilePermission.values();

  private final boolean archive;
  private final CopyTally tally;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

  /**
   * Makes a copier.
   *
   * @param archive whether times are kept, and owners and set-id bits where the host allows it
   * @param tally is told what was copied
   */
  CopyOut(boolean archive, CopyTally tally) {
    this.archive = archive;
    this.tally = tally;
  }

  /**
   * Copies a file, or a directory with all that is in it, into a directory.
   *
   * @param file what to copy
   * @param directory a directory of the host
   * @throws IOException if it can't be read or written
   */
  void copyInto(RootFile file, Path directory) throws IOException {
    String name = file.name();
    Path target;
    try {
      target = directory.resolve(name);
    } catch (InvalidPathException e) {
      tally.skip(file.path(), "this host can't have a file of that name");
      return;
    }
    // On Windows a name with a backslash or a drive letter would lead elsewhere.
    boolean plain = directory.equals(target.getParent()) && target.endsWith(name);
    if (plain && target.getNameCount() == directory.getNameCount() + 1) {
      copy(file, target);
    } else {
      tally.skip(file.path(), "this host can't have a file of that name");
    }
  }

  /**
   * Copies a file, or a directory with all that is in it, to a path. A directory is merged into one that is there; another
   * file is replaced.
   *
   * @param file what to copy
   * @param target where it goes
   * @throws IOException if it can't be read or written
   */
  void copy(RootFile file, Path target) throws IOException {
    switch (file.type()) {
      case DIRECTORY -> copyDirectory(file, target);
      case REGULAR -> copyContent(file, target);
      case SYMLINK -> copyLink(file, target);
      default -> tally.skip(file.path(), "it is a " + RootFile.typeName(file.type()));
    }
  }

  private void copyDirectory(RootFile directory, Path target) throws IOException {
    boolean merged = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (!merged) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(target.toString());
      }
      Files.createDirectory(target);
    }
    tally.copied(0);
    for (RootFile child : directory.children()) {
      copyInto(child, target);
    }
    if (!merged || archive) {
      copyAttributes(directory, target);
    }
  }

  private void copyContent(RootFile file, Path target) throws IOException {
    Files.deleteIfExists(target);
    long position = 0;
    try (FileHandle handle = file.view().open(file.node(), Set.of(OpenFlag.READ));
        SeekableByteChannel channel =
            Files.newByteChannel(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (handle.read(buffer.clear(), position) > 0) {
        position += buffer.position();
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
    tally.copied(position);
    copyAttributes(file, target);
  }

  private void copyLink(RootFile link, Path target) throws IOException {
    Path pointee;
    try {
      pointee = target.getFileSystem().getPath(link.target());
    } catch (InvalidPathException e) {
      tally.skip(link.path(), "this host can't have a link with that target");
      return;
    }
    Files.deleteIfExists(target);
    Files.createSymbolicLink(target, pointee);
    tally.copied(0);
    copyAttributes(link, target);
  }

  private void copyAttributes(RootFile file, Path target) throws IOException {
    Stat stat = file.stat();
    boolean owned = archive && copyOwner(stat, target);
    if (stat.type() != FileType.SYMLINK) {
      copyMode(stat, target, owned);
    }
    if (archive) {
      copyTimes(stat, target);
    }
  }

  /** Sets the owner if this is a Unix and it lets us; only root may. */
  private static boolean copyOwner(Stat stat, Path target) {
    try {
      Files.setAttribute(target, "unix:uid", (int) stat.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(target, "unix:gid", (int) stat.gid(), LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Sets permissions; set-id bits only with the owner they are meant for. */
  private static void copyMode(Stat stat, Path target, boolean owned) throws IOException {
    if (owned) {
      Files.setAttribute(target, "unix:mode", stat.mode());
      return;
    }
    PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (view != null) {
      Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
      for (int i = 0; i < PERMISSIONS.length; i++) {
        if ((stat.mode() >> (PERMISSIONS.length - 1 - i) & 1) != 0) {
          permissions.add(PERMISSIONS[i]);
        }
      }
      view.setPermissions(permissions);
    }
  }

  private static void copyTimes(Stat stat, Path target) throws IOException {
    try {
      FileTime modified = time(stat.mtimeSeconds(), stat.mtimeNanos());
      FileTime accessed = time(stat.atimeSeconds(), stat.atimeNanos());
      Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(modified, accessed, null);
    } catch (IOException | DateTimeException e) {
      if (stat.type() != FileType.SYMLINK) { // not every host can set a link's times
        throw e;
      }
    }
  }

  private static FileTime time(long seconds, int nanos) {
    return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
  }
}
