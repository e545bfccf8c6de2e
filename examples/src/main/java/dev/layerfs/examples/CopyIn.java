package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Copies from the host into a root file system. What is copied belongs to root, as {@code docker cp} has it, unless owners
 * are kept.
 */
final class CopyIn {
  private final PosixView view;
  private final boolean archive;
  private final CopyTally tally;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

  /**
   * Makes a copier.
   *
   * @param view where it writes
   * @param archive whether owners and times are kept
   * @param tally is told what was copied
   */
  CopyIn(PosixView view, boolean archive, CopyTally tally) {
    this.view = view;
    this.archive = archive;
    this.tally = tally;
  }

  /**
   * Returns the last name of a path of the host.
   *
   * @param path the path
   * @return its name; {@code .} for a root, which is no name
   */
  static Name name(Path path) {
    Path last = path.getFileName();
    return Name.of(last == null ? "." : last.toString());
  }

  /**
   * Copies a file, or a directory with all that is in it. A directory is merged into one that is there; another file is
   * replaced.
   *
   * @param file what to copy
   * @param directory where it goes
   * @param name the name it gets
   * @throws IOException if it can't be read or written
   */
  void copy(Path file, Node directory, Name name) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Node existing = view.lookup(directory, name);
    if (attributes.isDirectory()) {
      Node made = existing != null
          ? existing
          : view.create(directory, name, FileType.DIRECTORY, mode(file, 0755), 0, 0);
      copyContents(file, made);
      if (existing == null || archive) {
        copyAttributes(file, made, attributes);
      }
    } else if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
      if (existing != null) {
        view.unlink(directory, name);
      }
      Node made = attributes.isSymbolicLink()
          ? view.symlink(directory, name, target(file))
          : copyContent(file, directory, name);
      copyAttributes(file, made, attributes);
    } else {
      tally.skip(file.toString(), "it is neither a file, a directory nor a link");
    }
  }

  /**
   * Copies all that is in a directory.
   *
   * @param directory a directory of the host
   * @param target where its files go
   * @throws IOException if they can't be read or written
   */
  void copyContents(Path directory, Node target) throws IOException {
    if (target.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, directory.toString());
    }
    tally.copied(0);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (isExact(child)) {
          copy(child, target, name(child));
        } else {
          tally.skip(child.toString(), "Java can't tell the bytes of its name");
        }
      }
    }
  }

  /** Tells whether a name survives as text: the JDK shows bytes that are not of the host's encoding as U+FFFD. */
  private static boolean isExact(Path path) {
    return path.toString().indexOf('\uFFFD') < 0;
  }

  private byte[] target(Path link) throws IOException {
    tally.copied(0);
    return Name.encode(Files.readSymbolicLink(link).toString());
  }

  private Node copyContent(Path file, Node directory, Name name) throws IOException {
    Node made = view.create(directory, name, FileType.REGULAR, mode(file, 0644), 0, 0);
    long position = 0;
    try (SeekableByteChannel channel = Files.newByteChannel(file);
        FileHandle handle = view.open(made, EnumSet.of(OpenFlag.WRITE))) {
      while (channel.read(buffer.clear()) > 0) {
        handle.write(buffer.flip(), position);
        position += buffer.limit();
      }
    }
    tally.copied(position);
    return made;
  }

  private void copyAttributes(Path file, Node made, BasicFileAttributes attributes)
      throws IOException {
    if (!archive) {
      return;
    }
    if (isUnix(file)) {
      Map<String, Object> owner =
          Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
      view.chown(made, id(owner, "uid"), id(owner, "gid"));
    }
    if (made.type() != FileType.SYMLINK) {
      view.chmod(made, mode(file, 0644)); // chown has cleared set-id bits
    }
    view.utimens(
        made,
        Timespec.of(attributes.lastAccessTime().toInstant()),
        Timespec.of(attributes.lastModifiedTime().toInstant()));
  }

  private static long id(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer id ? Integer.toUnsignedLong(id) : 0;
  }

  /** Returns a file's permission bits, with set-id and sticky bits only if owners are kept. */
  private int mode(Path file, int otherwise) throws IOException {
    if (!isUnix(file)) {
      return otherwise;
    }
    Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return mode instanceof Integer bits ? bits & (archive ? 07777 : 0777) : otherwise;
  }

  private static boolean isUnix(Path file) {
    Set<String> views = file.getFileSystem().supportedFileAttributeViews();
    return views.contains("unix");
  }
}
