package dev.layerfs.volume;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.union.MarkNames;
import dev.layerfs.union.PlaceAttributes;
import dev.layerfs.union.XattrNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes. Where the host keeps marks of its own among them, attributes that look like those are stored escaped;
 * else all are shown as they are.
 */
final class HostXattrs {
  private final HostTree tree;
  private final PlaceAttributes attributes;
  private final @Nullable MarkNames marks;

  HostXattrs(HostTree tree, PlaceAttributes attributes) {
    this.tree = tree;
    this.attributes = attributes;
    Name prefix = tree.files().markPrefix();
    this.marks = prefix.length() == 0 ? null : MarkNames.of(prefix);
  }

  private Name stored(Name name) {
    return marks == null ? name : marks.escape(name);
  }

  byte @Nullable [] get(HostNode node, Name name) throws PosixException {
    byte[] value = tree.files().xattr(tree.find(node).path(), stored(name));
    if (value == null && XattrNames.mayHave(node.type(), name)) {
      XattrNames.checkNamespace(name);
    }
    return value;
  }

  List<Name> list(HostNode node) throws PosixException {
    List<Name> names = new ArrayList<>();
    for (Name name : tree.files().xattrs(tree.find(node).path())) {
      Name shown = marks == null ? name : marks.unescape(name);
      if (shown != null) {
        names.add(shown);
      }
    }
    Collections.sort(names);
    return names;
  }

  /** Checks an attribute that is to be set. */
  static void check(HostNode node, Name name, byte[] value) throws PosixException {
    XattrNames.checkSize(name, value);
    if (!PlaceAttributes.isList(name)) {
      XattrNames.checkChangeable(node.type(), name);
      return;
    }
    Acl list = Acl.parse(value);
    if (list.isEmpty()) {
      PlaceAttributes.checkMayHaveLists(node, node.type());
    } else {
      PlaceAttributes.checkList(node, node.type(), name, list);
    }
  }

  /** Checks an attribute that is to be removed. */
  static void checkRemovable(HostNode node, Name name) throws PosixException {
    if (PlaceAttributes.isList(name)) {
      PlaceAttributes.checkMayHaveLists(node, node.type());
    } else {
      XattrNames.checkChangeable(node.type(), name);
    }
  }

  /** Sets an attribute that was checked. */
  void set(Path place, Stat stat, Name name, byte[] value, XattrFlag flag) throws PosixException {
    if (PlaceAttributes.isList(name)) { // whatever the flag, as in the kernel
      Acl list = Acl.parse(value);
      if (list.isEmpty()) {
        attributes.removeList(place, stat, name);
      } else {
        attributes.setList(place, stat, name, list);
      }
      return;
    }
    if (flag != XattrFlag.SET) {
      boolean exists = tree.files().xattr(place, stored(name)) != null;
      if (exists != (flag == XattrFlag.REPLACE)) {
        throw new PosixException(exists ? Errno.EEXIST : Errno.ENODATA, name.toString());
      }
    }
    tree.files().setXattr(place, stored(name), value);
  }

  /** Removes an attribute that was checked. */
  void remove(Path place, Stat stat, Name name) throws PosixException {
    if (PlaceAttributes.isList(name)) {
      attributes.removeList(place, stat, name);
    } else if (tree.files().xattr(place, stored(name)) == null) {
      throw new PosixException(Errno.ENODATA, name.toString());
    } else {
      tree.files().setXattr(place, stored(name), null);
    }
  }
}
