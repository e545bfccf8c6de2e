package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much a tree of the host takes up. A whiteout is nothing: what is deleted must not need room, and a kernel's whiteouts
 * are names of one device.
 */
final class UsageCount {
  private final HostFiles host;
  private final Set<Long> linked = new HashSet<>();
  private long bytes;
  private long inodes;

  private UsageCount(HostFiles host) {
    this.host = host;
  }

  /** Counts what is in a directory, but not the directory. */
  static SpaceUsage within(HostFiles host, Path directory) throws PosixException {
    UsageCount count = new UsageCount(host);
    count.addAllIn(directory);
    return new SpaceUsage(count.bytes, count.inodes);
  }

  static boolean isWhiteout(Stat stat) {
    return stat.type() == FileType.CHARACTER_DEVICE
        && stat.rdevMajor() == 0
        && stat.rdevMinor() == 0;
  }

  /** Returns the bytes that an object is charged with. */
  static long space(Stat stat) {
    return stat.type() == FileType.REGULAR ? Quota.space(stat.size()) : 0;
  }

  /** Returns what is charged for an object. */
  static SpaceUsage of(Stat stat) {
    return isWhiteout(stat) ? SpaceUsage.NONE : new SpaceUsage(space(stat), 1);
  }

  private void addAllIn(Path directory) throws PosixException {
    Deque<Path> left = new ArrayDeque<>(List.of(directory)); // trees may be deeper than a stack
    while (!left.isEmpty()) {
      Path next = left.pop();
      for (Name name : host.list(next)) {
        Path place = host.resolve(next, name);
        Stat stat = host.stat(place);
        add(stat);
        if (stat.type() == FileType.DIRECTORY) {
          left.push(place);
        }
      }
    }
  }

  private void add(Stat stat) {
    boolean first =
        stat.type() == FileType.DIRECTORY || stat.links() == 1 || linked.add(stat.inode());
    if (first) {
      SpaceUsage usage = of(stat);
      bytes += usage.bytes();
      inodes += usage.inodes();
    }
  }
}
