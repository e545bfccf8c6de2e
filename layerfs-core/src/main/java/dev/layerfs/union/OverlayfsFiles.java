package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostAttributeName;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.OverrideStat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An upper in overlayfs's own format, with what the JDK can do on Linux: regular files, directories, symbolic links and
 * whiteouts are what the kernel expects. What the JDK can't make whole (pipes, sockets, devices, symbolic links with
 * attributes or, without privileges, with owners) is a regular file with {@link OverrideStat}; attributes outside {@code
 * user.} are kept under {@code user.overlay.layerfs.x.}, which overlayfs hides.
 */
final class OverlayfsFiles implements HostFiles {
  private static final Name PREFIX = Name.of("user.overlay.");
  private static final String OVERRIDE = OverrideStat.ATTRIBUTE.substring("user.".length());

  private final Path work;
  private final boolean owners;
  private final Shortcuts shortcuts;
  private final WhiteoutSeed seed;
  private final Path unsettledMark;
  private final AtomicLong conversions = new AtomicLong();

  /**
   * Opens the host files of an upper.
   *
   * @param work the work directory, on the same file system
   * @param owners whether this process may give files away; else owners and modes are in {@link OverrideStat}
   */
  OverlayfsFiles(Path work, boolean owners) {
    this.work = work;
    this.owners = owners;
    this.shortcuts = new Shortcuts(work);
    this.seed = new WhiteoutSeed(work.resolve(Upper.KEPT_PREFIX + "whiteout"));
    this.unsettledMark = work.resolve(UNSETTLED);
  }

  @Override
  public Name markPrefix() {
    return PREFIX;
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    try {
      return shortcuts.to(directory).resolve(name.toString());
    } catch (InvalidPathException e) {
      throw new PosixException(
          Errno.EILSEQ,
          name + ": this host's character set has no such name",
          new IOException(e.getMessage()));
    }
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    List<Name> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(nameOf(directory, entry));
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw HostErrors.of(Objects.requireNonNull(e.getCause()), directory);
    } catch (IOException e) {
      throw HostErrors.of(e, directory);
    }
    return names;
  }

  /** A name that the JDK can't decode is not the same after a round trip, and must not be mistaken for another. */
  private Name nameOf(Path directory, Path entry) throws PosixException {
    String text = String.valueOf(entry.getFileName());
    Name name = Name.of(text);
    if (!directory.resolve(name.toString()).equals(entry)) {
      throw new PosixException(Errno.EILSEQ, text + ": not in this host's character set");
    }
    return name;
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    Stat host = UnixStat.of(place);
    OverrideStat override = override(place, host.type());
    if (override == null) {
      return host;
    }
    boolean sized = override.type() == FileType.REGULAR || override.type() == FileType.SYMLINK;
    return new Stat(
        override.type(),
        override.mode(),
        override.uid(),
        override.gid(),
        sized || override.type() == FileType.DIRECTORY ? host.size() : 0,
        host.links(),
        host.inode(),
        override.rdevMajor(),
        override.rdevMinor(),
        override.type() == FileType.REGULAR ? host.blocks() : 0,
        host.mtimeSeconds(),
        host.mtimeNanos(),
        host.atimeSeconds(),
        host.atimeNanos(),
        host.ctimeSeconds(),
        host.ctimeNanos());
  }

  private static @Nullable OverrideStat override(Path place, FileType hostType)
      throws PosixException {
    if (!holdsAttributes(hostType)) {
      return null;
    }
    byte[] value = UserAttributes.get(place, OVERRIDE);
    return value == null
        ? null
        : OverrideStat.parse(value, hostType, String.valueOf(place.getFileName()));
  }

  private static boolean holdsAttributes(FileType hostType) {
    return hostType == FileType.REGULAR || hostType == FileType.DIRECTORY;
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    try {
      if (UnixStat.of(place).type() == FileType.SYMLINK) {
        Path target = Files.readSymbolicLink(place);
        if (target.toString().indexOf('\uFFFD') >= 0) {
          throw new PosixException(Errno.EILSEQ, target + ": not in this host's character set");
        }
        return Name.encode(target.toString());
      }
      return Files.readAllBytes(place);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    OverrideStat object = new OverrideStat(type, mode, 0, 0, rdevMajor, rdevMinor);
    if (object.isWhiteout()) {
      seed.link(place);
      return;
    }
    try {
      if (type == FileType.DIRECTORY) {
        Files.createDirectory(place, permissions("rwx------"));
      } else {
        Files.createFile(place, permissions("rw-------"));
      }
      settle(place, type, object);
    } catch (IOException e) {
      throw undo(place, e);
    }
  }

  private void settle(Path place, FileType type, OverrideStat object) throws PosixException {
    if (!holdsAttributes(type)) {
      setOverride(place, object);
    } else {
      setOwnerAndMode(place, 0, 0, object.mode());
    }
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    try {
      if (owners && plainTarget(place, target)) {
        Files.createSymbolicLink(place, place.getFileSystem().getPath(Name.decode(target)));
        setOwnerAndMode(place, 0, 0, 0777);
      } else {
        Files.write(place, target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        setOverride(place, new OverrideStat(FileType.SYMLINK, 0777, 0, 0, 0, 0));
      }
    } catch (IOException e) {
      throw undo(place, e);
    }
  }

  /** The JDK tidies up targets ({@code a//b}, {@code a/}) and refuses what it can't encode; a target is kept verbatim. */
  private static boolean plainTarget(Path place, byte[] target) {
    String text = Name.decode(target);
    try {
      return place.getFileSystem().getPath(text).toString().equals(text);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static PosixException undo(Path place, IOException failure) {
    PosixException e = HostErrors.of(failure, place);
    if (e.errno() != Errno.EEXIST) {
      try {
        Files.deleteIfExists(place);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
    return e;
  }

  private static java.nio.file.attribute.FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    try {
      Files.createLink(added, existing);
    } catch (IOException e) {
      throw HostErrors.of(e, added);
    }
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw HostErrors.of(e, to);
    }
  }

  @Override
  public void delete(Path place) throws PosixException {
    try {
      Files.delete(place);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    Stat host = UnixStat.of(place);
    OverrideStat override = override(place, host.type());
    if (override != null || !owners) {
      OverrideStat old =
          override != null ? override : new OverrideStat(host.type(), mode, uid, gid, 0, 0);
      setOverride(
          holdsAttributes(host.type()) ? place : converted(place),
          old.withOwnerAndMode(uid, gid, mode));
      return;
    }
    try {
      if (host.uid() != uid) {
        Files.setAttribute(place, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
      }
      if (host.gid() != gid) {
        Files.setAttribute(place, "unix:gid", (int) gid, LinkOption.NOFOLLOW_LINKS);
      }
      if (host.type() != FileType.SYMLINK) {
        Files.setAttribute(place, "unix:mode", mode); // not a link; NOFOLLOW would open a pipe
      }
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    FileType type = UnixStat.of(place).type();
    Path target = holdsAttributes(type) || type == FileType.SYMLINK ? place : converted(place);
    try {
      Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(UnixStat.fileTime(mtime), UnixStat.fileTime(atime), null);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    if (!holdsAttributes(UnixStat.of(place).type())) {
      return List.of();
    }
    List<Name> names = new ArrayList<>();
    for (String hostName : UserAttributes.list(place)) {
      if (!hostName.equals(OVERRIDE)) {
        names.add(HostAttributeName.decode(hostName));
      }
    }
    return names;
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return holdsAttributes(UnixStat.of(place).type())
        ? UserAttributes.get(place, HostAttributeName.encode(name))
        : null;
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    boolean plain = holdsAttributes(UnixStat.of(place).type());
    String hostName = HostAttributeName.encode(name);
    if (value == null) {
      if (plain) {
        UserAttributes.remove(place, hostName);
      }
      return;
    }
    if (HostAttributeName.isEscaped(hostName)) {
      noteUnsettled();
    }
    UserAttributes.set(plain ? place : converted(place), hostName, value);
  }

  /** Replaces a native link or special file by a regular file that represents it and can carry attributes. */
  private Path converted(Path place) throws PosixException {
    Stat stat = UnixStat.of(place);
    if (stat.links() > 1) {
      throw new PosixException(Errno.ENOTSUP, place.getFileName() + ": has several names");
    }
    byte[] content = stat.type() == FileType.SYMLINK ? readLink(place) : new byte[0];
    Path replacement = work.resolve(Upper.TEMPORARY + "convert-" + conversions.incrementAndGet());
    try {
      Files.write(replacement, content);
      setOverride(
          replacement,
          new OverrideStat(
              stat.type(),
              stat.mode(),
              stat.uid(),
              stat.gid(),
              stat.rdevMajor(),
              stat.rdevMinor()));
      setTimes(
          replacement,
          new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
          new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
      rename(replacement, place);
      return place;
    } catch (IOException e) {
      throw undo(replacement, e);
    }
  }

  private void setOverride(Path place, OverrideStat override) throws PosixException {
    if (!holdsAttributes(override.type())) {
      noteUnsettled();
    }
    UserAttributes.set(place, OVERRIDE, override.format());
  }

  private void noteUnsettled() throws PosixException {
    try {
      if (!Files.exists(unsettledMark)) {
        Files.write(unsettledMark, new byte[0]);
      }
    } catch (IOException e) {
      throw HostErrors.of(e, unsettledMark);
    }
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    return Channels.open(place, write);
  }

  @Override
  public void discard(Path place) throws IOException {
    Leftovers.delete(this, place);
  }

  @Override
  public void sync(Path place) throws PosixException {
    if (holdsAttributes(UnixStat.of(place)
        .type())) { // others can't be opened; they are durable with their directory
      Channels.sync(place);
    }
  }

  @Override
  public boolean needsSettling() {
    return !owners || Files.exists(unsettledMark);
  }
}
