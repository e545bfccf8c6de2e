package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes. overlayfs's own are not shown; attributes of the view that have such a name are stored escaped.
 * Changes are called with what {@link Locks} asks for.
 */
final class Xattrs {
  private final Inodes inodes;
  private final CopyUp copyUp;
  private final MarkNames marks;
  private final AccessLists lists;

  Xattrs(Inodes inodes, CopyUp copyUp, MarkNames marks, AccessLists lists) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.marks = marks;
    this.lists = lists;
  }

  byte @Nullable [] get(UnionNode node, Name name) throws PosixException {
    byte[] value = read(node, name);
    if (value == null
        && XattrNames.mayHave(
            node.type(), name)) { // what an image has is shown, in whatever namespace
      XattrNames.checkNamespace(name);
    }
    return value;
  }

  private byte @Nullable [] read(UnionNode node, Name name) throws PosixException {
    Name stored = marks.escape(name);
    return inodes.<byte @Nullable []>look(
        node,
        lower -> lower.xattr(node.nid, stored),
        (inode, place) -> inodes.upper().host().xattr(place, stored));
  }

  List<Name> list(UnionNode node) throws PosixException {
    return shown(inodes.look(
        node,
        lower -> lower.xattrs(node.nid),
        (inode, place) -> inodes.upper().host().xattrs(place)));
  }

  /** Returns the attributes of a node that has a name, and the names of its extended ones. */
  NodeAttributes listWithStat(UnionNode node) throws PosixException {
    NodeAttributes stored = inodes.look(
        node,
        lower -> lower.attributes(node.nid),
        (inode, place) -> Attributes.all(inodes.top(), inode, place));
    return new NodeAttributes(stored.stat(), shown(stored.xattrs()));
  }

  /** Returns the attributes that an inode beneath an upper shows, or would show there. */
  Map<Name, ByteBuffer> of(Lower lower, long nid) throws PosixException {
    Map<Name, ByteBuffer> values = new HashMap<>();
    for (Name stored : lower.xattrs(nid)) {
      Name shown = marks.unescape(stored);
      byte[] value = lower.xattr(nid, stored);
      if (shown != null && value != null) {
        values.put(shown, ByteBuffer.wrap(value));
      }
    }
    return values;
  }

  private List<Name> shown(List<Name> stored) {
    List<Name> names = new ArrayList<>(stored.size());
    for (Name name : stored) {
      Name shown = marks.unescape(name);
      if (shown != null) {
        names.add(shown);
      }
    }
    Collections.sort(names);
    return names;
  }

  void set(UnionNode node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    XattrNames.checkSize(name, value);
    if (AccessLists.isList(name)) {
      lists.set(node, name, value); // whatever the flag, as in the kernel
      return;
    }
    XattrNames.checkChangeable(node.type(), name);
    if (flag != XattrFlag.SET) {
      boolean exists = get(node, name) != null;
      if (exists != (flag == XattrFlag.REPLACE)) {
        throw new PosixException(exists ? Errno.EEXIST : Errno.ENODATA, name.toString());
      }
    }
    change(node, name, value.clone());
  }

  void remove(UnionNode node, Name name) throws PosixException {
    if (AccessLists.isList(name)) {
      lists.remove(node, name);
      return;
    }
    XattrNames.checkChangeable(node.type(), name);
    if (get(node, name) == null) {
      throw new PosixException(Errno.ENODATA, name.toString());
    }
    change(node, name, null);
  }

  private void change(UnionNode node, Name name, byte @Nullable [] value) throws PosixException {
    UpperInode inode = copyUp.inode(node, true);
    inode.unprivileged = false;
    Path place = inodes.path(inode);
    inodes.upper().host().setXattr(place, marks.escape(name), value);
    inodes.changed(inode, place);
  }
}
