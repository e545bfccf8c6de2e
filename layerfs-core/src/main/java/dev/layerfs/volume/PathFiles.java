package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.Channels;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plain files of any {@code java.nio.file} provider, as they are: nothing is stored beside them or in their attributes. What a
 * provider has no means for is refused: owners and modes as {@link PlainAttributes} says, special files with {@link
 * Errno#EPERM}, hard links and extended attributes with {@link Errno#ENOTSUP}. The JDK has only attributes of the namespace
 * {@code user}, on regular files and directories; others that there are it does not see.
 *
 * <p>Symbolic links are never followed. Before each call it is checked that no directory on the way from the root has become
 * one. The JDK has no calls that do both at once: someone who can write to the tree from outside, and replaces a directory by a
 * link at the right moment, can lead a call to where the link leads. Only the host files of layerfs-overlay exclude that.
 */
public final class PathFiles implements HostFiles {
  private static final Name NO_MARKS = Name.of("");

  private final Path root;
  private final boolean onDefault;
  private final ProviderCalls calls;
  private final PlainAttributes attributes;
  private final UserXattrs xattrs;

  private PathFiles(Path root) {
    this.root = root;
    this.onDefault = root.getFileSystem().equals(FileSystems.getDefault());
    this.calls = new ProviderCalls(root);
    Set<String> views = root.getFileSystem().supportedFileAttributeViews();
    this.attributes = new PlainAttributes(views, calls);
    this.xattrs = new UserXattrs(views);
  }

  /**
   * Opens what is at a path.
   *
   * @param path a directory or regular file; links on the way to it are followed, now and never again
   * @return the files
   * @throws PosixException if there is nothing
   */
  public static PathFiles of(Path path) throws PosixException {
    ProviderCalls calls = new ProviderCalls(path);
    return calls.get(path, () -> new PathFiles(path.toRealPath()));
  }

  /**
   * Returns where the tree begins.
   *
   * @return the place of the directory or file
   */
  public Path root() {
    return root;
  }

  /** Returns a place if the way there leads through directories only. */
  private Path checked(Path place) throws PosixException {
    if (place.equals(root)) {
      return place;
    }
    for (Path above = place.getParent();
        above != null && !above.equals(root);
        above = above.getParent()) {
      if (!isDirectory(above)) {
        throw new PosixException(Errno.ESTALE, String.valueOf(place.getFileName()));
      }
    }
    return place;
  }

  private boolean isDirectory(Path place) throws PosixException {
    return calls.get(
        place,
        () -> Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isDirectory());
  }

  @Override
  public Name markPrefix() {
    return NO_MARKS;
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    String text = name.toString();
    try {
      Path place = directory.resolve(text);
      boolean plain =
          directory.equals(place.getParent()) && text.equals(String.valueOf(place.getFileName()));
      if (plain) {
        return place;
      }
    } catch (InvalidPathException e) {
      throw new PosixException(Errno.EILSEQ, text, new IOException(e.getMessage()));
    }
    throw new PosixException(Errno.EILSEQ, text + ": no single name on this host");
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    checked(directory);
    return calls.get(directory, () -> {
      List<Name> names = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          names.add(nameOf(directory, entry));
        }
      }
      return names;
    });
  }

  /** A name that the JDK can't decode must not be mistaken for another. Some providers end those of directories with a slash. */
  private Name nameOf(Path directory, Path entry) throws PosixException {
    String text = String.valueOf(entry.getFileName());
    String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    Name name = Name.of(plain);
    boolean same = plain.indexOf('\uFFFD') < 0
        && resolve(directory, name).getFileName().equals(entry.getFileName());
    if (!same && !text.endsWith("/")) {
      throw new PosixException(Errno.EILSEQ, text + ": not in this host's character set");
    }
    return name;
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    Stat stat = attributes.stat(checked(place));
    boolean unsized = stat.type() == FileType.SYMLINK && stat.size() == 0;
    return unsized ? stat.withSize(readLink(place).length) : stat;
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    checked(place);
    String target = calls.get(place, () -> Files.readSymbolicLink(place).toString());
    if (target.indexOf('\uFFFD') >= 0) {
      throw new PosixException(Errno.EILSEQ, target + ": not in this host's character set");
    }
    return Name.encode(target.replace(separator(), "/"));
  }

  private String separator() {
    return root.getFileSystem().getSeparator();
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    checked(place);
    switch (type) {
      case DIRECTORY -> make(place, "rwx------", mode, Files::createDirectory);
      case REGULAR -> make(place, "rw-------", mode, PathFiles::createFile);
      default -> throw new PosixException(Errno.EPERM, String.valueOf(place.getFileName()));
    }
  }

  /** As the JDK's; but what is made is not left behind if it can't be closed. */
  private static Path createFile(Path place, FileAttribute<?>... attributes) throws IOException {
    SeekableByteChannel made = Files.newByteChannel(
        place, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
    try {
      made.close();
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(place);
      throw e;
    }
    return place;
  }

  /** How an object is made with attributes. */
  @FunctionalInterface
  private interface Maker {
    Path make(Path place, FileAttribute<?>... attributes) throws IOException;
  }

  /** Modes that the provider can't keep are not kept, as with a kernel's vfat. */
  private void make(Path place, String permissions, int mode, Maker maker) throws PosixException {
    boolean closed =
        onDefault && root.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] initial = closed
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
    calls.get(place, () -> maker.make(place, initial));
    try {
      Stat made = attributes.stat(place);
      attributes.setOwnerAndMode(place, made.uid(), made.gid(), mode);
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM) {
        discard(place, e);
        throw e;
      }
    }
  }

  private void discard(Path place, PosixException failure) {
    try {
      calls.get(place, () -> Files.deleteIfExists(place));
    } catch (PosixException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    String text = new String(target, StandardCharsets.UTF_8);
    checked(place);
    calls.get(place, Errno.EPERM, () -> {
      Path link = root.getFileSystem().getPath(text.replace("/", separator()));
      if (!Arrays.equals(Name.encode(link.toString().replace(separator(), "/")), target)) {
        throw new PosixException(Errno.ENOTSUP, text + ": the JDK would change this target");
      }
      return Files.createSymbolicLink(place, link);
    });
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    checked(added);
    checked(existing);
    calls.get(added, () -> Files.createLink(added, existing));
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    checked(from);
    checked(to);
    try {
      calls.get(to, () -> move(from, to));
    } catch (PosixException e) {
      if (!onDefault && isLinkStill(from)) {
        throw new PosixException(Errno.ENOTSUP, from.getFileName() + ": a symbolic link", e);
      }
      throw e;
    }
  }

  /** Whether a failure may be that the provider (as Apache's of SFTP) moves no links, or looks at where they lead. */
  private boolean isLinkStill(Path place) {
    try {
      return attributes.stat(place).type() == FileType.SYMLINK;
    } catch (PosixException e) {
      return false; // it is not to be had at all
    }
  }

  private Path move(Path from, Path to) throws IOException {
    try {
      return Files.move(
          from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      if (onDefault) { // a mount point of the host, beyond which the JDK would copy
        throw new PosixException(Errno.EXDEV, String.valueOf(to.getFileName()), e);
      }
    } catch (ReadOnlyFileSystemException e) {
      throw e;
    } catch (UnsupportedOperationException e) {
      if (onDefault) {
        throw e;
      }
    }
    return Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path place) throws PosixException {
    checked(place);
    calls.get(place, () -> {
      Files.delete(place);
      return place;
    });
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    attributes.setOwnerAndMode(checked(place), uid, gid, mode);
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    attributes.setTimes(checked(place), atime, mtime);
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    return xattrs.isNone()
        ? List.of()
        : calls.get(place, () -> xattrs.list(place, stat(place).type()));
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return xattrs.isNone() || !UserXattrs.mayBe(name)
        ? null
        : calls.<byte @Nullable []>get(
            place, () -> xattrs.get(place, stat(place).type(), name));
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    calls.get(place, () -> {
      xattrs.set(place, stat(place).type(), name, value);
      return place;
    });
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    checked(place);
    return calls.get(place, () -> {
      try {
        return Channels.open(place, write);
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        return openOtherwise(place, write);
      }
    });
  }

  /** For providers that don't know the option not to follow links, or that have no file channels. */
  private static FileChannel openOtherwise(Path place, boolean write) throws IOException {
    Set<StandardOpenOption> options = write
        ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
        : Set.of(StandardOpenOption.READ);
    try {
      return FileChannel.open(place, options);
    } catch (UnsupportedOperationException e) {
      return new ByteFileChannel(Files.newByteChannel(place, options));
    }
  }

  @Override
  public void discard(Path place) throws IOException {
    Stat stat;
    try {
      stat = stat(place);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return;
      }
      throw e;
    }
    if (stat.type() == FileType.DIRECTORY) {
      for (Name name : list(place)) {
        discard(resolve(place, name));
      }
    }
    delete(place);
  }

  /** What another provider holds it makes durable as it sees fit. */
  @Override
  public void sync(Path place) throws PosixException {
    FileType type = stat(place).type();
    if (onDefault && (type == FileType.REGULAR || type == FileType.DIRECTORY)) {
      Channels.sync(place);
    }
  }

  @Override
  public boolean needsSettling() {
    return false;
  }
}
