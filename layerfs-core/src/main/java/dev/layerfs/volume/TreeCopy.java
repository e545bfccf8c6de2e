package dev.layerfs.volume;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.union.Holes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies all that is in a directory of one view into an empty directory of another: types, content with its holes, owners,
 * modes, times, extended attributes, hard links. Where both are of the host, files share their blocks if the host can do that.
 */
public final class TreeCopy {
  private static final int BUFFER = 1 << 17;

  private final PosixView from;
  private final PosixView to;
  private final int device;
  private final Map<Long, Node> linked = new HashMap<>();
  private final List<Copied> directories = new ArrayList<>();

  private TreeCopy(PosixView from, PosixView to, int device) {
    this.from = from;
    this.to = to;
    this.device = device;
  }

  /** A directory whose entries are copied, and whose times are set when that is done. */
  private record Copied(Node source, Stat stat, Node target, String path) {}

  /**
   * Copies a tree. Neither may change meanwhile. The target directory gets the attributes of the source. What fails leaves a
   * part of the copy behind.
   *
   * @param from the view to copy from
   * @param source a directory of that; what is mounted in it is left out
   * @param to the view to copy to, which refuses nothing
   * @param target an empty directory of that
   * @throws PosixException what the views throw, for example {@link dev.layerfs.posix.Errno#ENOTSUP} if the target can't hold an object; the
   *     message names it
   */
  public static void copy(PosixView from, Node source, PosixView to, Node target)
      throws PosixException {
    new TreeCopy(from, to, from.device(source)).copy(source, target);
  }

  private void copy(Node source, Node target) throws PosixException {
    Stat root = from.stat(source);
    directories.add(new Copied(source, root, target, ""));
    for (int next = 0;
        next < directories.size();
        next++) { // it grows: trees may be deeper than a stack
      Copied directory = directories.get(next);
      for (DirectoryEntry entry : from.list(directory.source())) {
        copyEntry(directory, entry.name());
      }
    }
    for (int i = directories.size() - 1; i >= 0; i--) {
      finish(directories.get(i));
    }
  }

  /** A directory's attributes come last: they could forbid what is done in it, and its default list would be inherited. */
  private void finish(Copied directory) throws PosixException {
    try {
      copyAttributes(directory.source(), directory.stat(), directory.target());
      setTimes(directory.stat(), directory.target());
    } catch (PosixException e) {
      throw failure(e, directory.path() + "/");
    }
  }

  private static PosixException failure(PosixException e, String path) {
    return new PosixException(e.errno(), path, e);
  }

  private void copyEntry(Copied directory, Name name) throws PosixException {
    String path = directory.path() + "/" + name;
    try {
      Node source = from.lookup(directory.source(), name);
      if (source != null && from.device(source) == device) {
        add(directory, name, source, path);
      }
    } catch (PosixException e) {
      throw failure(e, path);
    }
  }

  private void add(Copied directory, Name name, Node source, String path) throws PosixException {
    Stat stat = from.stat(source);
    Node first = linked.get(stat.inode());
    if (first != null) {
      to.link(first, directory.target(), name);
      return;
    }
    Node target = make(directory.target(), name, source, stat);
    if (stat.type() == FileType.DIRECTORY) {
      directories.add(new Copied(source, stat, target, path));
      return;
    }
    copyAttributes(source, stat, target);
    setTimes(stat, target);
    if (stat.links() > 1) {
      linked.put(stat.inode(), target);
    }
  }

  private Node make(Node directory, Name name, Node source, Stat stat) throws PosixException {
    if (stat.type() == FileType.SYMLINK) {
      return to.symlink(directory, name, from.readLink(source));
    }
    int mode = stat.type() == FileType.DIRECTORY ? 0700 : 0600;
    Node made = to.create(directory, name, stat.type(), mode, stat.rdevMajor(), stat.rdevMinor());
    if (stat.type() == FileType.REGULAR && stat.size() > 0 && !shareBlocks(source, made)) {
      copyContent(source, made);
    }
    return made;
  }

  /** Has the host copy a file, if both views are of a host that can. */
  private boolean shareBlocks(Node source, Node target) throws PosixException {
    return from instanceof HostView one
        && to instanceof HostView other
        && other.copyRange(target, one, source);
  }

  /** Blocks of zeros become holes, whether they were or not. */
  private void copyContent(Node source, Node target) throws PosixException {
    try (FileHandle in = from.open(source, Set.of(OpenFlag.READ));
        FileHandle out = to.open(target, Set.of(OpenFlag.WRITE))) {
      long size = in.size();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, BUFFER));
      long position = 0;
      while (position < size) {
        int n = in.read(buffer.clear(), position);
        if (n <= 0) {
          break; // it was truncated, although it should not change
        }
        Holes.skip(buffer.flip(), position, out::write);
        position += n;
      }
      if (position > out.size()) {
        out.truncate(position); // the file ends with a hole
      }
    }
  }

  /** Owner before mode and attributes, which a change of owner may take away. */
  private void copyAttributes(Node source, Stat stat, Node target) throws PosixException {
    Stat made = to.stat(target);
    if (made.uid() != stat.uid() || made.gid() != stat.gid()) {
      to.chown(target, stat.uid(), stat.gid());
    }
    if (stat.type() != FileType.SYMLINK && made.mode() != stat.mode()) {
      to.chmod(target, stat.mode());
    }
    for (Name name : from.xattrs(source)) {
      byte[] value = from.xattr(source, name);
      if (value != null) {
        to.setXattr(target, name, value, XattrFlag.SET);
      }
    }
  }

  private void setTimes(Stat stat, Node target) throws PosixException {
    to.utimens(
        target,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
