package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** The attributes of a host's objects, as the JDK's view {@code unix} has them. */
public final class UnixStat {
  private static final String NAMES =
      "unix:mode,uid,gid,ino,nlink,rdev,size,lastModifiedTime,lastAccessTime,ctime";
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000;

  private UnixStat() {}

  /**
   * Reads the attributes of what is at a place; a link is not followed.
   *
   * @param place a place on a file system that has the view
   * @return the attributes
   * @throws PosixException if they can't be read
   */
  public static Stat of(Path place) throws PosixException {
    Map<String, Object> map;
    try {
      map = Files.readAttributes(place, NAMES, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
    int mode = (int) number(map, "mode");
    long size = number(map, "size");
    long rdev = number(map, "rdev");
    boolean device = FileType.ofMode(mode) == FileType.CHARACTER_DEVICE
        || FileType.ofMode(mode) == FileType.BLOCK_DEVICE;
    Instant mtime = time(map, "lastModifiedTime");
    Instant atime = time(map, "lastAccessTime");
    Instant ctime = time(map, "ctime");
    return new Stat(
        FileType.ofMode(mode),
        mode & 07777,
        number(map, "uid") & 0xFFFFFFFFL,
        number(map, "gid") & 0xFFFFFFFFL,
        size,
        (int) number(map, "nlink"),
        number(map, "ino"),
        device
            ? (int) (rdev >>> 8 & 0xFFF)
            : 0, // gnu_dev_major, gnu_dev_minor of <sys/sysmacros.h>
        device ? (int) (rdev & 0xFF | rdev >>> 12 & 0xFFF00) : 0,
        (size + 511) / 512,
        mtime.getEpochSecond(),
        mtime.getNano(),
        atime.getEpochSecond(),
        atime.getNano(),
        ctime.getEpochSecond(),
        ctime.getNano());
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name), name)).longValue();
  }

  private static Instant time(Map<String, Object> attributes, String name) {
    return ((FileTime) Objects.requireNonNull(attributes.get(name), name)).toInstant();
  }

  /**
   * Returns the time that the JDK can set. Before 1970 only whole seconds: the JDK makes negative nanoseconds of the rest, is
   * refused, and sets 1970. It counts nanoseconds in a {@code long}; what is beyond becomes the nearest time that it can
   * set, as the kernel does it.
   *
   * @param time any time
   * @return that time, or the nearest
   */
  public static FileTime fileTime(Timespec time) {
    long seconds = Math.max(-MAX_SECONDS, Math.min(time.seconds(), MAX_SECONDS));
    int nanos = time.seconds() == seconds && seconds >= 0 ? time.nanos() : 0;
    return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
  }
}
