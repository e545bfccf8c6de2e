package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
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
  private static final int MAX_VALUE = 65_535;
  private static final Name USER = Name.of("user.");
  private static final List<Name> NAMESPACES =
      List.of(USER, Name.of("trusted."), Name.of("security."));

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
    if (value == null && mayHave(node, name)) { // what an image has is shown, in whatever namespace
      checkNamespace(name);
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
    if (name.length() == 0 || name.length() > Name.MAX_LENGTH) {
      throw new PosixException(Errno.ERANGE, name.toString());
    } else if (value.length > MAX_VALUE) {
      throw new PosixException(Errno.E2BIG, name.toString());
    }
    if (AccessLists.isList(name)) {
      lists.set(node, name, value); // whatever the flag, as in the kernel
      return;
    }
    checkChangeable(node, name);
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
    checkChangeable(node, name);
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

  /** {@code xattr_resolve_name} of fs/xattr.c. */
  private static void checkNamespace(Name name) throws PosixException {
    if (!AccessLists.isList(name) && NAMESPACES.stream().noneMatch(name::startsWith)) {
      throw new PosixException(Errno.ENOTSUP, name.toString());
    } else if (NAMESPACES.contains(name)) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
  }

  private static void checkChangeable(UnionNode node, Name name) throws PosixException {
    if (!mayHave(node, name)) {
      throw new PosixException(Errno.EPERM, name.toString());
    }
    checkNamespace(name);
  }

  /** {@code xattr_permission} of fs/xattr.c, which comes before the namespace. */
  private static boolean mayHave(UnionNode node, Name name) {
    boolean content = node.type() == FileType.REGULAR || node.type() == FileType.DIRECTORY;
    return content || !name.startsWith(USER);
  }
}
