package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.OverrideStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An upper as a kernel's mount with {@code userxattr} keeps it, for processes that may be without privileges: marks are {@code
 * user.overlay.*}. What such a process can't make is kept otherwise, and noted as unsettled: an owner in {@link OverrideStat};
 * a device, and a link or special file with attributes or a foreign owner, as a regular file that stands in for it.
 */
final class UserFiles extends LinuxFiles {
  /** The label of this format. */
  static final String LABEL = "overlayfs-user";

  static final String NAMESPACE = "user.";

  private static final Name OVERRIDE = Name.of(OverrideStat.ATTRIBUTE);

  /** {@code S_ISUID} and {@code S_ISGID} of {@code <linux/stat.h>}. */
  private static final int SET_ID = 06000;

  private final boolean losesSetId;
  private final AtomicLong conversions = new AtomicLong();

  /**
   * Opens the host files of an upper.
   *
   * @param files what is in the container's directory
   * @param work the work directory
   * @param owners how owners are shown
   * @param losesSetId whether Linux takes set-id bits from files that this process writes
   */
  UserFiles(NativeFiles files, Path work, Owners owners, boolean losesSetId) {
    super(files, owners, work, NAMESPACE);
    this.losesSetId = losesSetId;
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    Stat host = owners().shown(files().stat(place));
    OverrideStat override = override(place, host.type());
    if (override == null) {
      return host;
    }
    return override.type() == host.type()
        ? Owners.withOwner(host, host.mode() | setId(override), override.uid(), override.gid())
        : represented(host, override);
  }

  /** The bits that a file had when its mode was set, whoever has written it since. */
  private static int setId(OverrideStat override) {
    return override.type() == FileType.REGULAR ? override.mode() & SET_ID : 0;
  }

  private static Stat represented(Stat host, OverrideStat override) {
    boolean sized = override.type() == FileType.REGULAR || override.type() == FileType.SYMLINK;
    return new Stat(
        override.type(),
        override.mode(),
        override.uid(),
        override.gid(),
        sized ? host.size() : 0,
        host.links(),
        host.inode(),
        override.rdevMajor(),
        override.rdevMinor(),
        0,
        host.mtimeSeconds(),
        host.mtimeNanos(),
        host.atimeSeconds(),
        host.atimeNanos(),
        host.ctimeSeconds(),
        host.ctimeNanos());
  }

  private @Nullable OverrideStat override(Path place, FileType hostType) throws PosixException {
    byte @Nullable [] value =
        holdsAttributes(hostType) ? nativeXattrs().get(place, OVERRIDE) : null;
    return value == null
        ? null
        : OverrideStat.parse(value, hostType, String.valueOf(place.getFileName()));
  }

  private void setOverride(Path place, OverrideStat override) throws PosixException {
    noteUnsettled();
    nativeXattrs().set(place, OVERRIDE, override.format());
  }

  /** Linux allows no others to have {@code user} attributes. */
  private static boolean holdsAttributes(FileType hostType) {
    return hostType == FileType.REGULAR || hostType == FileType.DIRECTORY;
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    return files().stat(place).type() == FileType.SYMLINK
        ? super.readLink(place)
        : standInContent(place);
  }

  private byte[] standInContent(Path place) throws PosixException {
    try (FileChannel content = open(place, false)) {
      ByteBuffer target = ByteBuffer.allocate((int) Math.min(content.size(), 4096));
      while (target.hasRemaining() && content.read(target) >= 0) {
        // until it is full
      }
      return target.flip().hasRemaining()
          ? java.util.Arrays.copyOf(target.array(), target.limit())
          : new byte[0];
    } catch (IOException e) {
      throw LinuxErrors.of(e, place);
    }
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    try {
      super.create(place, type, mode, rdevMajor, rdevMinor);
    } catch (PosixException e) {
      boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
      if (!device || e.errno() != Errno.EPERM) {
        throw e;
      }
      createStandIn(place, new OverrideStat(type, mode, 0, 0, rdevMajor, rdevMinor));
    }
  }

  private void createStandIn(Path place, OverrideStat object) throws PosixException {
    files().mknod(place, FileType.REGULAR, 0600, 0, 0);
    finish(place, () -> setOverride(place, object));
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    Stat host = files().stat(place);
    OverrideStat override = override(place, host.type());
    if (override != null && override.type() != host.type()) {
      setOverride(place, override.withOwnerAndMode(uid, gid, mode));
    } else if (!setHostOwner(place, host, uid, gid, mode)) {
      keepOwner(place, host, uid, gid, mode);
    } else if (losesSetId && host.type() == FileType.REGULAR && (mode & SET_ID) != 0) {
      keepSetId(place, uid, gid, mode);
    } else if (override != null) {
      nativeXattrs().remove(place, OVERRIDE);
    }
  }

  /** The host has the bits as well, until the file is written: then a kernel's mount loses them, too, so that all is settled. */
  private void keepSetId(Path place, long uid, long gid, int mode) throws PosixException {
    OverrideStat kept = new OverrideStat(FileType.REGULAR, mode, uid, gid, 0, 0);
    nativeXattrs().set(place, OVERRIDE, kept.format());
  }

  /** Returns whether the host keeps an owner as it is. */
  private boolean setHostOwner(Path place, Stat host, long uid, long gid, int mode)
      throws PosixException {
    if (!owners().canKeep(uid, gid)) {
      return false;
    }
    try {
      setReal(place, host, owners().hostUid(uid), owners().hostGid(gid), mode);
      return true;
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.EINVAL) {
        throw e;
      }
      return false;
    }
  }

  private void keepOwner(Path place, Stat host, long uid, long gid, int mode)
      throws PosixException {
    if (holdsAttributes(host.type())) {
      setOverride(place, new OverrideStat(host.type(), mode, uid, gid, 0, 0));
      files().chmod(place, mode);
    } else {
      Path standIn = converted(place, host);
      OverrideStat made =
          new OverrideStat(host.type(), mode, uid, gid, host.rdevMajor(), host.rdevMinor());
      setOverride(standIn, made);
    }
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    if (!holdsAttributes(files().stat(place).type())) {
      return List.of();
    }
    return super.xattrs(place).stream().filter(name -> !name.equals(OVERRIDE)).toList();
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return holdsAttributes(files().stat(place).type()) ? super.xattr(place, name) : null;
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    Stat host = files().stat(place);
    boolean plain = holdsAttributes(host.type());
    if (plain || value != null) {
      super.setXattr(plain ? place : converted(place, host), name, value);
    }
  }

  /** Replaces a link or special file by a regular file that represents it and can carry attributes. */
  private Path converted(Path place, Stat host) throws PosixException {
    if (host.links() > 1) {
      throw new PosixException(Errno.ENOTSUP, place.getFileName() + ": has several names");
    }
    Stat shown = owners().shown(host);
    Path replacement = resolve(work(), Name.of("tmp-convert-" + conversions.incrementAndGet()));
    createStandIn(
        replacement,
        new OverrideStat(
            host.type(),
            host.mode(),
            shown.uid(),
            shown.gid(),
            host.rdevMajor(),
            host.rdevMinor()));
    finish(replacement, () -> {
      if (host.type() == FileType.SYMLINK) {
        write(replacement, files().readLink(place));
      }
      setTimes(
          replacement,
          new Timespec(host.atimeSeconds(), host.atimeNanos()),
          new Timespec(host.mtimeSeconds(), host.mtimeNanos()));
      rename(replacement, place);
    });
    return place;
  }

  private void write(Path place, byte[] content) throws PosixException {
    try (FileChannel channel = open(place, true)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      throw LinuxErrors.of(e, place);
    }
  }
}
