package dev.layerfs.testing;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An inode of a {@link ModelView}: plain fields, guarded by the view's lock. */
final class ModelNode implements Node {
  private final FileType type;
  final ModelView view;
  final long inode;
  final TreeMap<Name, ModelNode> entries = new TreeMap<>();
  final TreeMap<Name, byte[]> xattrs = new TreeMap<>();
  final ModelContent content = new ModelContent();
  final Timespec[] times = new Timespec[3];
  byte[] target = {};

  @Nullable
  ModelNode parent; // of a directory that has a name

  int mode;
  long uid;
  long gid;
  int links;
  int rdevMajor;
  int rdevMinor;

  ModelNode(ModelView view, FileType type, long inode, Timespec now) {
    this.view = view;
    this.type = type;
    this.inode = inode;
    times[0] = now;
    modified(now);
  }

  @Override
  public FileType type() {
    return type;
  }

  boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  boolean hasAncestor(ModelNode other) {
    for (ModelNode node = this; node != null; node = node.parent) {
      if (node == other) {
        return true;
      }
    }
    return false;
  }

  void modified(Timespec now) {
    times[1] = now;
    changed(now);
  }

  void changed(Timespec now) {
    times[2] = now;
  }

  /** What the kernel does on chown of anything but a directory ({@code setattr_should_drop_suidgid}, fs/attr.c). */
  void dropPrivileges() {
    mode &= ~04000;
    if ((mode & 010) != 0) {
      mode &= ~02000;
    }
    xattrs.remove(ModelView.CAPABILITY);
  }

  Stat stat() {
    long size = switch (type) {
      case REGULAR -> content.size();
      case SYMLINK -> target.length;
      case DIRECTORY -> 4096;
      default -> 0;
    };
    return new Stat(
        type,
        mode,
        uid,
        gid,
        size,
        links,
        inode,
        rdevMajor,
        rdevMinor,
        content.blocks(),
        times[1].seconds(),
        times[1].nanos(),
        times[0].seconds(),
        times[0].nanos(),
        times[2].seconds(),
        times[2].nanos());
  }

  @Override
  public String toString() {
    return type + " inode " + inode;
  }
}
