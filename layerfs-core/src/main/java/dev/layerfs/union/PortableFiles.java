package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.OverrideStat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An upper on any host: only regular files and directories, under names that every host can hold, with everything else
 * in a {@link PortableRecord} for each. No kernel can mount it. The status change time is not kept: it is the
 * modification time.
 */
final class PortableFiles implements HostFiles {
  private static final Name PREFIX = Name.of("user.overlay.");

  private final Shortcuts shortcuts;
  private final RecordStore records;

  /**
   * Opens the host files of an upper.
   *
   * @param work the work directory, on the same file system
   * @param records where records are kept
   */
  PortableFiles(Path work, RecordStore records) {
    this.shortcuts = new Shortcuts(work);
    this.records = records;
  }

  @Override
  public Name markPrefix() {
    return PREFIX;
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    String escaped = PortableName.escape(name);
    Path reachable = shortcuts.to(directory);
    return escaped.length() <= PortableName.MAX_LENGTH
        ? reachable.resolve(escaped)
        : LongNames.resolve(reachable, name);
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    List<Name> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String text = String.valueOf(entry.getFileName());
        Name name = text.startsWith(LongNames.OBJECT)
            ? LongNames.nameOf(entry)
            : PortableName.unescape(text);
        if (name != null) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw HostErrors.of(Objects.requireNonNull(e.getCause()), directory);
    } catch (IOException e) {
      throw HostErrors.of(e, directory);
    }
    return names;
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    BasicFileAttributes host = hostAttributes(place);
    PortableRecord record = record(place, host);
    OverrideStat stat = record.stat();
    boolean sized = stat.type() == FileType.REGULAR || stat.type() == FileType.SYMLINK;
    Instant mtime = host.lastModifiedTime().toInstant();
    Instant atime = host.lastAccessTime().toInstant();
    return new Stat(
        stat.type(),
        stat.mode(),
        stat.uid(),
        stat.gid(),
        sized ? host.size() : 0,
        record.links(),
        record.inode(),
        stat.rdevMajor(),
        stat.rdevMinor(),
        stat.type() == FileType.REGULAR ? (host.size() + 511) / 512 : 0,
        mtime.getEpochSecond(),
        mtime.getNano(),
        atime.getEpochSecond(),
        atime.getNano(),
        mtime.getEpochSecond(),
        mtime.getNano());
  }

  private static BasicFileAttributes hostAttributes(Path place) throws PosixException {
    try {
      return Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  private PortableRecord record(Path place) throws PosixException {
    return record(place, hostAttributes(place));
  }

  private PortableRecord record(Path place, BasicFileAttributes host) throws PosixException {
    String subject = String.valueOf(place.getFileName());
    byte[] bytes = records.read(place);
    if (bytes == null) {
      throw new PosixException(Errno.EIO, subject + ": not written by layerfs, it has no record");
    }
    FileType hostType = host.isDirectory() ? FileType.DIRECTORY : FileType.REGULAR;
    return PortableRecord.parse(bytes, hostType, subject);
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    try {
      return Files.readAllBytes(place);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    create(place, new OverrideStat(type, mode, 0, 0, rdevMajor, rdevMinor), new byte[0]);
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    create(place, new OverrideStat(FileType.SYMLINK, 0777, 0, 0, 0, 0), target);
  }

  private void create(Path place, OverrideStat object, byte[] content) throws PosixException {
    try {
      if (object.type() == FileType.DIRECTORY) {
        Files.createDirectory(place);
      } else {
        Files.write(place, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      }
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
    try {
      long inode = ThreadLocalRandom.current().nextLong(1, 1L << 60);
      records.write(place, PortableRecord.of(object, inode).format());
    } catch (PosixException e) {
      removeQuietly(place, e);
      throw e;
    }
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    PortableRecord record = record(existing);
    try {
      Files.createLink(added, existing);
    } catch (UnsupportedOperationException e) {
      throw new PosixException(Errno.ENOTSUP, added.getFileName() + ": hard link");
    } catch (IOException e) {
      throw HostErrors.of(e, added);
    }
    try {
      records.link(existing, added);
      records.write(existing, record.withLinks(record.links() + 1).format());
    } catch (PosixException e) {
      removeQuietly(added, e);
      records.delete(added);
      throw e;
    }
  }

  private static void removeQuietly(Path place, PosixException failure) {
    try {
      Files.deleteIfExists(place);
    } catch (IOException again) {
      failure.addSuppressed(again);
    }
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      forgetName(to);
    }
    records.move(from, to);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      records.move(to, from);
      throw HostErrors.of(e, to);
    }
    LongNames.forget(from);
  }

  /** A name is about to go: its inode has one name less, and the record beside the name goes with it. */
  private void forgetName(Path place) throws PosixException {
    PortableRecord record = record(place);
    if (record.links() > 1) {
      records.write(place, record.withLinks(record.links() - 1).format());
    }
  }

  @Override
  public void delete(Path place) throws PosixException {
    forgetName(place);
    try {
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        LongNames.clear(place);
      }
      Files.delete(place);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
    records.delete(place);
    LongNames.forget(place);
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    PortableRecord record = record(place);
    int kept = record.stat().type() == FileType.SYMLINK ? 0777 : mode;
    records.write(
        place, record.with(record.stat().withOwnerAndMode(uid, gid, kept)).format());
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    try {
      Files.getFileAttributeView(place, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(UnixStat.fileTime(mtime), UnixStat.fileTime(atime), null);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    return List.copyOf(record(place).xattrs().keySet());
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    byte[] value = record(place).xattrs().get(name);
    return value == null ? null : value.clone();
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    records.write(place, record(place).withXattr(name, value).format());
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
    Channels.sync(place);
    records.sync(place);
  }

  @Override
  public boolean needsSettling() {
    return true;
  }
}
