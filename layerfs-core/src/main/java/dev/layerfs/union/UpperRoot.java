package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The directory {@code upper/}. A container to which nothing was written has none: the first change makes it in {@code work/}
 * and renames it into place, so that it is there with all its attributes or not at all.
 */
final class UpperRoot {
  private final Path place;
  private final HostFiles host;
  private final Work work;
  private volatile boolean made;

  /**
   * Knows the root of an upper.
   *
   * @param made whether it is there
   * @param host what makes it; limits are for what is in it, so it is not charged
   */
  UpperRoot(Path place, boolean made, HostFiles host, Work work) {
    this.place = place;
    this.made = made;
    this.host = host;
    this.work = work;
  }

  /** Returns the root of what is now where this one was before it was moved. */
  UpperRoot renewed() {
    return new UpperRoot(place, Files.exists(place, LinkOption.NOFOLLOW_LINKS), host, work);
  }

  Path place() {
    return place;
  }

  /** Whether it is there. */
  boolean isMade() {
    return made;
  }

  /** It is there from now on. */
  void noteMade() {
    made = true;
  }

  /** Makes it, with the attributes of the root beneath. The caller sees to it that nobody else does. */
  void make(Lower lower) throws PosixException {
    Path staged = work.fresh();
    try {
      stage(lower, staged);
      host.rename(staged, place);
    } catch (PosixException e) {
      Work.discard(host, staged);
      throw e;
    }
    made = true;
  }

  private void stage(Lower lower, Path staged) throws PosixException {
    MarkNames marks = MarkNames.of(host.markPrefix());
    Stat stat = lower.stat(lower.root());
    host.create(staged, stat.type(), stat.mode(), 0, 0);
    if (!CopyUp.isMadeSo(stat)) {
      host.setOwnerAndMode(staged, stat.uid(), stat.gid(), stat.mode());
    }
    for (Name name : lower.xattrs(lower.root())) {
      byte[] value = lower.xattr(lower.root(), name);
      if (value != null && marks.unescape(name) != null) {
        host.setXattr(staged, name, value);
      }
    }
    host.setTimes(
        staged,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
