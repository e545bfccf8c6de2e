package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies what is untouched beneath an upper into another upper, with marks that say which inodes it is. */
final class LowerCopier {
  private final Lower lower;
  private final MarkNames names;
  private final Upper to;
  private final Map<Long, Path> linked = new HashMap<>();
  private final List<Made> directories = new ArrayList<>();

  /** A directory whose times are still to be set. */
  private record Made(long nid, Path place) {}

  /**
   * Makes a copier.
   *
   * @param lower what is copied from
   * @param names how names of attributes are stored there
   * @param to where the copies go
   */
  LowerCopier(Lower lower, MarkNames names, Upper to) {
    this.lower = lower;
    this.names = names;
    this.to = to;
  }

  /** Copies an object with all that is in it. */
  void copy(long nid, Path target) throws PosixException {
    int next = directories.size();
    add(nid, target);
    for (; next < directories.size(); next++) { // it grows: trees may be deeper than a stack
      Made directory = directories.get(next);
      for (DirectoryEntry entry : lower.list(directory.nid())) {
        long child = lower.lookup(directory.nid(), entry.name());
        add(child, to.host().resolve(directory.place(), entry.name()));
      }
    }
  }

  /** Returns those with several names, of which some may not have been copied. */
  Set<Long> linked() {
    return linked.keySet();
  }

  /** Makes directories durable, with their times. Nothing is copied after that. */
  void finish() throws PosixException {
    for (int i = directories.size() - 1; i >= 0; i--) {
      Made made = directories.get(i);
      setTimes(made.place(), lower.stat(made.nid()));
      to.host().sync(made.place());
    }
  }

  private void add(long nid, Path target) throws PosixException {
    Path first = linked.get(nid);
    if (first != null) {
      to.host().link(first, target);
      return;
    }
    Stat stat = lower.stat(nid);
    make(nid, stat, target);
    if (stat.type() == FileType.DIRECTORY) {
      directories.add(new Made(nid, target));
      return;
    }
    setTimes(target, stat);
    if (Origins.areKept(stat.type())) { // last: with its attributes it may have become another
      to.origins().add(to.host().stat(target).inode(), stat.inode());
    } else if (stat.type() == FileType.REGULAR) {
      to.host().sync(target);
    }
    if (stat.links() > 1) {
      linked.put(nid, target);
    }
  }

  private void make(long nid, Stat stat, Path target) throws PosixException {
    if (stat.type() == FileType.SYMLINK) {
      to.host().symlink(target, lower.readLink(nid));
    } else {
      to.host().create(target, stat.type(), stat.mode(), stat.rdevMajor(), stat.rdevMinor());
    }
    if (stat.type() == FileType.REGULAR) {
      copyContent(nid, stat.size(), target);
    }
    to.host().setOwnerAndMode(target, stat.uid(), stat.gid(), stat.mode());
    for (Name name : lower.xattrs(nid)) { // after the owner, whose change takes capabilities away
      byte[] value = lower.xattr(nid, name);
      Name shown = names.unescape(name);
      if (shown != null && value != null) {
        to.host().setXattr(target, to.markNames().escape(shown), value);
      }
    }
    if (!Origins.areKept(stat.type())) {
      to.marks().setInode(target, stat.inode());
    }
  }

  private void copyContent(long nid, long size, Path target) throws PosixException {
    try (LowerContent source = new LowerContent(lower, nid);
        FileChannel out = to.host().open(target, true)) {
      SparseCopy.copy(source::read, size, out);
    } catch (IOException e) {
      throw HostErrors.of(e, target);
    }
  }

  private void setTimes(Path place, Stat stat) throws PosixException {
    to.host()
        .setTimes(
            place,
            new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
            new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
