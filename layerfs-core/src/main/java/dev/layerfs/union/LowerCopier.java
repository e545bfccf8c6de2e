package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies what is beneath an upper to a host: into another upper, or to where a kernel finds it as it is. */
final class LowerCopier {
  private final Lower lower;
  private final HostFiles host;
  private final Notes notes;
  private final Map<Long, Path> linked = new HashMap<>();
  private final List<Made> directories = new ArrayList<>();
  private final List<Path> others = new ArrayList<>(); // than directories

  /** A directory whose times are still to be set. */
  private record Made(long nid, Path place) {}

  /** What becomes of attributes, and what is noted of an object. */
  interface Notes {
    /** As a kernel has it beneath an upper: attributes stay as they are stored, nothing is noted. */
    Notes NONE = new Notes() {
      @Override
      public Name attribute(Name stored) {
        return stored;
      }

      @Override
      public void note(Path place, Stat stat) {}
    };

    /** Returns how an attribute is stored in the copy, null if it is left out. */
    @Nullable
    Name attribute(Name stored);

    /** Notes what a finished copy was. */
    void note(Path place, Stat stat) throws PosixException;
  }

  /** Makes a copier to a place that is no upper's. */
  LowerCopier(Lower lower, HostFiles host) {
    this(lower, host, Notes.NONE);
  }

  /**
   * Makes a copier into an upper, with marks that say which inodes it is.
   *
   * @param lower what is copied from
   * @param names how names of attributes are stored there
   * @param to where the copies go
   */
  LowerCopier(Lower lower, MarkNames names, Upper to) {
    this(lower, to.host(), new Notes() {
      @Override
      public @Nullable Name attribute(Name stored) {
        Name shown = names.unescape(stored);
        return shown == null ? null : to.markNames().escape(shown);
      }

      @Override
      public void note(Path place, Stat stat) throws PosixException {
        if (Origins.areKept(stat.type())) {
          to.origins().add(to.host().stat(place).inode(), stat.inode());
        } else {
          to.marks().setInode(place, stat.inode());
        }
      }
    });
  }

  private LowerCopier(Lower lower, HostFiles host, Notes notes) {
    this.lower = lower;
    this.host = host;
    this.notes = notes;
  }

  /** Copies an object with all that is in it. */
  void copy(long nid, Path target) throws PosixException {
    int next = directories.size();
    add(nid, target);
    for (; next < directories.size(); next++) { // it grows: trees may be deeper than a stack
      Made directory = directories.get(next);
      for (DirectoryEntry entry : lower.list(directory.nid())) {
        long child = lower.lookup(directory.nid(), entry.name());
        add(child, host.resolve(directory.place(), entry.name()));
      }
    }
  }

  /** Returns those with several names, of which some may not have been copied. */
  Set<Long> linked() {
    return linked.keySet();
  }

  /** Makes everything durable, directories with their times. Nothing is copied after that. */
  void finish() throws PosixException {
    for (int i = directories.size() - 1; i >= 0; i--) {
      setTimes(directories.get(i).place(), lower.stat(directories.get(i).nid()));
    }
    if (!host.syncAll()) {
      for (Path place : others) {
        host.sync(place);
      }
      for (int i = directories.size() - 1; i >= 0; i--) {
        host.sync(directories.get(i).place());
      }
    }
  }

  private void add(long nid, Path target) throws PosixException {
    Path first = linked.get(nid);
    if (first != null) {
      host.link(first, target);
      others.add(target);
      return;
    }
    Stat stat = lower.stat(nid);
    make(nid, stat, target);
    if (stat.type() == FileType.DIRECTORY) {
      notes.note(target, stat);
      directories.add(new Made(nid, target));
      return;
    }
    others.add(target);
    if (stat.type() == FileType.REGULAR) {
      notes.note(target, stat);
    }
    setTimes(target, stat);
    if (stat.type() != FileType.REGULAR) { // last: with its attributes it may have become another
      notes.note(target, stat);
    }
    if (stat.links() > 1) {
      linked.put(nid, target);
    }
  }

  private void make(long nid, Stat stat, Path target) throws PosixException {
    if (stat.type() == FileType.SYMLINK) {
      host.symlink(target, lower.readLink(nid));
    } else {
      host.create(target, stat.type(), stat.mode(), stat.rdevMajor(), stat.rdevMinor());
    }
    if (stat.type() == FileType.REGULAR) {
      new ContentCopy(host).copy(lower, nid, stat.size(), target);
    }
    host.setOwnerAndMode(target, stat.uid(), stat.gid(), stat.mode());
    for (Name name : lower.xattrs(nid)) { // after the owner, whose change takes capabilities away
      byte[] value = lower.xattr(nid, name);
      Name stored = notes.attribute(name);
      if (stored != null && value != null) {
        host.setXattr(target, stored, value);
      }
    }
  }

  private void setTimes(Path place, Stat stat) throws PosixException {
    host.setTimes(
        place,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
