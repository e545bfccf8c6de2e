package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trees of volumes that are open in this process, each once: who uses a volume at the same time uses one tree, by which
 * every change is atomic to all of them, however many steps its format takes. Between processes it is as far as the host's own
 * operations are; a volume in a format with files beside its objects, which would part, is open in one process at a time.
 */
final class OpenTrees {
  private final Session session;
  private final Map<VolumeName, Tree> open = new HashMap<>(); // guarded by this

  OpenTrees(Session session) {
    this.session = session;
  }

  /** A tree that somebody has open. */
  private record Tree(VolumeTree tree, HostPlace place, LockFile.@Nullable Held alone, int users) {
    Tree with(int newUsers) {
      return new Tree(tree, place, alone, newUsers);
    }

    void close() throws IOException {
      try (alone;
          tree) {
        place.whole().close();
      }
    }
  }

  /** A use of a tree; closing it again does nothing. */
  final class Use implements Closeable {
    private final VolumeName name;
    private final Tree tree;
    private boolean closed; // guarded by the trees

    private Use(VolumeName name, Tree tree) {
      this.name = name;
      this.tree = tree;
    }

    VolumeTree tree() {
      return tree.tree();
    }

    HostPlace place() {
      return tree.place();
    }

    @Override
    public void close() throws IOException {
      synchronized (OpenTrees.this) {
        if (!closed) {
          closed = true;
          release(name);
        }
      }
    }
  }

  /**
   * Opens the tree of a volume; the caller has the volume's lock.
   *
   * @throws InUseException if another process has it open, and only one can
   */
  synchronized Use open(VolumeName name, VolumeDriver.Data driver) throws IOException {
    Tree known = open.get(name);
    if (known != null) {
      VolumeContents.finish(
          known.tree()); // another process may have died while it filled the volume
    }
    Tree tree = known == null ? openFirst(name, driver) : known.with(known.users() + 1);
    open.put(name, tree);
    return new Use(name, tree);
  }

  private Tree openFirst(VolumeName name, VolumeDriver.Data driver) throws IOException {
    LockFile.Held alone = driver.hasSideFiles() ? lockAlone(name) : null;
    try {
      return openTree(name, driver, alone);
    } catch (IOException | RuntimeException e) {
      if (alone != null) {
        alone.close();
      }
      throw e;
    }
  }

  private Tree openTree(VolumeName name, VolumeDriver.Data driver, LockFile.@Nullable Held alone)
      throws IOException {
    VolumeTree tree = VolumeTree.open(session, session.paths().volume(name), driver);
    try {
      VolumeContents.finish(tree);
      return new Tree(tree, HostPlace.of(tree.files(), tree.root()), alone, 1);
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  private LockFile.Held lockAlone(VolumeName name) throws IOException {
    LockFile.Held lock = session.locks().tryLock(LockFile.volumeAlone(name));
    if (lock == null) {
      throw new InUseException(
          "volume " + name,
          "is open in another process, and this host has no attributes, so that only one at a time can use it");
    }
    return lock;
  }

  private void release(VolumeName name) throws IOException {
    Tree tree = open.get(name);
    if (tree == null) {
      return;
    }
    if (tree.users() > 1) {
      open.put(name, tree.with(tree.users() - 1));
    } else {
      open.remove(name);
      tree.close();
    }
  }
}
