package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.union.UnixStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Owner, mode and times as far as a provider has them: all where it has the view {@code unix}, permissions and perhaps owners with
 * {@code posix}, else only times; what there is not is shown as a file of root's that all may read. What can't be kept is refused
 * ({@link Errno#EPERM}), as a kernel's vfat does.
 */
final class PlainAttributes {
  private static final int FILE_MODE = 0644;
  private static final int DIRECTORY_MODE = 0755;
  private static final int PERMISSIONS = 0777;
  private static final long NOBODY = 65_534; // DEFAULT_OVERFLOWUID of <linux/highuid.h>

  private final boolean unix;
  private final boolean posix;
  private final ProviderCalls calls;

  PlainAttributes(Set<String> views, ProviderCalls calls) {
    this.calls = calls;
    unix = views.contains("unix");
    posix = views.contains("posix");
  }

  Stat stat(Path place) throws PosixException {
    return calls.get(place, () -> {
      if (unix) {
        return UnixStat.of(place);
      }
      return posix
          ? posixStat(place)
          : stat(
              place,
              Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    });
  }

  private static Stat posixStat(Path place) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int mode = 0;
    for (PosixFilePermission permission : attributes.permissions()) {
      mode |= bit(permission);
    }
    Stat plain = stat(place, attributes);
    return with(plain, mode, id(attributes.owner()), id(attributes.group()));
  }

  /** The bits are declared from the highest, the owner's reading, to the lowest. */
  private static int bit(PosixFilePermission permission) {
    return 0400 >> permission.ordinal();
  }

  /** The id that a name is, as those of remote file systems; the kernel shows those it can't map as nobody. */
  private static long id(@Nullable UserPrincipal owner) {
    String name = owner == null ? "" : String.valueOf(owner.getName());
    return name.matches("\\d{1,9}") ? Long.parseLong(name) : NOBODY;
  }

  private static Stat stat(Path place, BasicFileAttributes attributes) {
    FileType type = type(attributes);
    long size = type == FileType.DIRECTORY ? 0 : attributes.size();
    Instant mtime = attributes.lastModifiedTime().toInstant();
    Instant atime = attributes.lastAccessTime().toInstant();
    return new Stat(
        type,
        mode(type),
        0,
        0,
        size,
        1,
        inode(place, attributes.fileKey()),
        0,
        0,
        (size + 511) / 512,
        mtime.getEpochSecond(),
        mtime.getNano(),
        atime.getEpochSecond(),
        atime.getNano(),
        mtime.getEpochSecond(),
        mtime.getNano());
  }

  private static int mode(FileType type) {
    return switch (type) {
      case DIRECTORY -> DIRECTORY_MODE;
      case SYMLINK -> PERMISSIONS;
      default -> FILE_MODE;
    };
  }

  private static Stat with(Stat s, int mode, long uid, long gid) {
    return new Stat(
        s.type(),
        mode,
        uid,
        gid,
        s.size(),
        s.links(),
        s.inode(),
        0,
        0,
        s.blocks(),
        s.mtimeSeconds(),
        s.mtimeNanos(),
        s.atimeSeconds(),
        s.atimeNanos(),
        s.ctimeSeconds(),
        s.ctimeNanos());
  }

  private static FileType type(BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return FileType.DIRECTORY;
    } else if (attributes.isSymbolicLink()) {
      return FileType.SYMLINK;
    }
    return attributes.isRegularFile() ? FileType.REGULAR : FileType.FIFO;
  }

  /** A provider without file keys has one object for each path: one that is moved is another then. */
  private static long inode(Path place, @Nullable Object key) {
    Object known = key == null ? place.toAbsolutePath() : key;
    byte[] text = known.toString().getBytes(StandardCharsets.UTF_8);
    return known instanceof Number number ? number.longValue() : hash(text);
  }

  /** FNV-1a of 64 bits. */
  private static long hash(byte[] text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text) {
      hash = (hash ^ b & 0xFF) * 0x100000001b3L;
    }
    return hash & Long.MAX_VALUE;
  }

  /** In several steps: if one fails, those before are taken back. */
  void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    Stat now = stat(place);
    try {
      setOwnerAndMode(place, now, uid, gid, mode);
    } catch (PosixException e) {
      restore(place, now, e);
      throw e;
    }
  }

  private void restore(Path place, Stat before, PosixException failure) {
    try {
      setOwnerAndMode(place, stat(place), before.uid(), before.gid(), before.mode());
    } catch (PosixException e) {
      failure.addSuppressed(e);
    }
  }

  private void setOwnerAndMode(Path place, Stat now, long uid, long gid, int mode)
      throws PosixException {
    boolean owner = uid != now.uid();
    boolean group = gid != now.gid();
    if (owner) {
      setOwner(place, now, "uid", uid);
    }
    if (group) {
      setOwner(place, now, "gid", gid);
    }
    boolean changes = mode != now.mode() || owner || group; // which takes set-id bits away
    if (changes && now.type() != FileType.SYMLINK) {
      setMode(place, now, mode);
    }
  }

  private void setOwner(Path place, Stat now, String which, long id) throws PosixException {
    requireOwnAttributes(place, now);
    attempt(place, () -> {
      if (unix) {
        Files.setAttribute(place, "unix:" + which, (int) id, LinkOption.NOFOLLOW_LINKS);
      } else if (posix) {
        setPrincipal(place, which, String.valueOf(id));
      } else {
        throw new UnsupportedOperationException();
      }
    });
  }

  private static void setPrincipal(Path place, String which, String name) throws IOException {
    var lookup = place.getFileSystem().getUserPrincipalLookupService();
    PosixFileAttributeView view = view(place);
    boolean user = which.equals("uid");
    if (owner(view, user) == null) {
      throw new UnsupportedOperationException("the provider does not say whose it is");
    }
    if (user) {
      view.setOwner(lookup.lookupPrincipalByName(name));
    } else {
      view.setGroup(lookup.lookupPrincipalByGroupName(name));
    }
    UserPrincipal now = owner(view, user);
    if (now == null
        || !name.equals(now.getName())) { // some drop what their protocol has no words for
      throw new UnsupportedOperationException("the provider has not set the owner");
    }
  }

  private static @Nullable UserPrincipal owner(PosixFileAttributeView view, boolean user)
      throws IOException {
    PosixFileAttributes attributes = view.readAttributes();
    return user ? attributes.owner() : attributes.group();
  }

  private static PosixFileAttributeView view(Path place) {
    return present(
        Files.getFileAttributeView(place, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
  }

  private static <T> T present(@Nullable T view) {
    if (view == null) {
      throw new UnsupportedOperationException("the provider has no such view of this object");
    }
    return view;
  }

  /**
   * A provider without inodes may set the attributes of what a symbolic link leads to, whatever it is told: SFTP's SETSTAT follows
   * links, out of the volume too.
   */
  private void requireOwnAttributes(Path place, Stat stat) throws PosixException {
    if (stat.type() == FileType.SYMLINK && !unix) {
      throw new PosixException(Errno.EPERM, place.getFileName() + ": a symbolic link");
    }
  }

  private void setMode(Path place, Stat now, int mode) throws PosixException {
    if (unix && place.getFileSystem().equals(FileSystems.getDefault())) {
      attempt(place, () -> setUnixMode(place, now.type(), mode));
    } else if (((mode ^ now.mode()) & ~PERMISSIONS) != 0 || !posix) {
      if (mode != now.mode()) {
        throw new PosixException(Errno.EPERM, String.valueOf(place.getFileName()));
      }
    } else {
      attempt(place, () -> view(place).setPermissions(permissions(mode)));
    }
  }

  /** A special file can't be opened; its name is followed, should it have become a link. */
  private static void setUnixMode(Path place, FileType type, int mode) throws IOException {
    boolean opened = type == FileType.REGULAR || type == FileType.DIRECTORY;
    LinkOption[] options =
        opened ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
    Files.setAttribute(place, "unix:mode", mode, options);
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((mode & bit(permission)) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }

  void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    if (!unix) {
      requireOwnAttributes(place, stat(place));
    }
    FileTime modified = UnixStat.fileTime(mtime);
    FileTime accessed = UnixStat.fileTime(atime);
    attempt(
        place,
        () -> present(Files.getFileAttributeView(
                place, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS))
            .setTimes(modified, accessed, null));
  }

  /** Something that a provider may not be able to do. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  /** Does something; what the provider can't do is {@link Errno#EPERM}. */
  private void attempt(Path place, Attempt attempt) throws PosixException {
    calls.get(place, Errno.EPERM, () -> {
      attempt.run();
      return place;
    });
  }
}
