package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A directory that exists in the upper. Changed only under the view's write lock, but for {@link #children}. */
final class UpperDirectory extends UpperInode {
  /** The image's directory that shows through, or {@link Lower#NONE}. */
  volatile long lower;

  /** What the upper holds, whiteouts among it; null until it is first needed. */
  volatile @Nullable Map<Name, UpperInode> children;

  /** Two and the number of subdirectories, in the image's and the upper's merge; valid once the children are. */
  volatile int links;

  /** The list that new nodes inherit, perhaps empty; null until it is first needed. */
  volatile @Nullable Acl defaults;

  private volatile @Nullable Located located;

  UpperDirectory(long inode, long hostInode, long lower) {
    super(FileType.DIRECTORY, inode, hostInode);
    this.lower = lower;
  }

  /** A place on the host. Directories are somewhere else once one above them has another of these, by identity. */
  static final class Located {
    final Path path;
    private final @Nullable Located parent;
    private final @Nullable Name name;

    private Located(Path path, @Nullable Located parent, @Nullable Name name) {
      this.path = path;
      this.parent = parent;
      this.name = name;
    }
  }

  /** Returns the place of the root, which is {@link #fixed}. */
  Located locatedRoot() {
    Located known = located;
    if (known == null) {
      known = new Located(Objects.requireNonNull(fixed), null, null);
      located = known;
    }
    return known;
  }

  /** Returns the place of any other directory, given that of the one above it. */
  Located located(Located parent, Name name, HostFiles host) throws PosixException {
    Located known = located;
    if (known == null || known.parent != parent || !name.equals(known.name)) {
      known = new Located(host.resolve(parent.path, name), parent, name);
      located = known;
    }
    return known;
  }

  /** Says that the directory was just made and holds nothing. */
  void startEmpty(int links) {
    this.links = links;
    children = new HashMap<>();
  }
}
