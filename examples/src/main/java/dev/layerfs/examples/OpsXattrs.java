package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.XattrFlag;
import java.util.Base64;
import java.util.Set;

/** The operations on extended attributes. Names and values are checked before the path is looked at (fs/xattr.c). */
final class OpsXattrs {
  private static final int MAX_VALUE = 1 << 16; // XATTR_SIZE_MAX

  private final PosixView view;
  private final OpsPaths paths;

  OpsXattrs(PosixView view, OpsPaths paths) {
    this.view = view;
    this.paths = paths;
  }

  void addTo(OpsTable table) {
    addTo(table, "", LastLink.FOLLOW);
    addTo(table, "l", LastLink.NOFOLLOW);
  }

  private void addTo(OpsTable table, String prefix, LastLink last) {
    table.change(prefix + "setxattr", 3, 4, a -> set(a, last));
    table.query(prefix + "getxattr", 2, a -> get(a, last));
    table.query(prefix + "listxattr", 1, a -> view.xattrs(node(a, last)));
    table.change(prefix + "removexattr", 2, a -> remove(a, last));
  }

  private void set(OpsArguments a, LastLink last) throws PosixException {
    XattrFlag flag = flag(a, 3);
    Name name = name(a, 1);
    byte[] value = a.data(2);
    if (value.length > MAX_VALUE) {
      throw new PosixException(Errno.E2BIG, name.toString());
    }
    view.setXattr(node(a, last), name, value, flag);
  }

  private static XattrFlag flag(OpsArguments a, int index) throws PosixException {
    Set<XattrFlag> flags = a.flags(index, XattrFlag.class, "XATTR_");
    if (flags.size() > 1) {
      throw a.invalid(index, "one flag");
    }
    return flags.isEmpty() ? XattrFlag.SET : flags.iterator().next();
  }

  private String get(OpsArguments a, LastLink last) throws PosixException {
    Name name = name(a, 1);
    byte[] value = view.xattr(node(a, last), name);
    if (value == null) {
      throw new PosixException(Errno.ENODATA, name.toString());
    }
    return Base64.getEncoder().encodeToString(value);
  }

  private void remove(OpsArguments a, LastLink last) throws PosixException {
    Name name = name(a, 1);
    view.removeXattr(node(a, last), name);
  }

  private Node node(OpsArguments a, LastLink last) throws PosixException {
    return paths.existing(a.path(0), last);
  }

  private static Name name(OpsArguments a, int index) throws PosixException {
    Name name = Name.ofBytes(a.path(index));
    if (name.length() == 0 || name.length() > Name.MAX_LENGTH) {
      throw new PosixException(Errno.ERANGE, name.toString());
    }
    return name;
  }
}
