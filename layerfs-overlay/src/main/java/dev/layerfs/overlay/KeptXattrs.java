package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostAttributeName;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes of all namespaces: as they are where the process may set them so, else escaped in the namespace of
 * overlayfs's marks, which a union doesn't show.
 */
final class KeptXattrs {
  private static final Name CAPABILITY = Name.of("security.capability");

  private final NativeXattrs xattrs;
  private final String namespace;
  private final Name escaped;

  /**
   * Keeps attributes.
   *
   * @param xattrs those that the file system has
   * @param namespace where escaped ones go, which this process can write: {@code user.} or {@code trusted.}
   */
  KeptXattrs(NativeXattrs xattrs, String namespace) {
    this.xattrs = xattrs;
    this.namespace = namespace;
    this.escaped = Name.of(namespace + HostAttributeName.escape(Name.of("")));
  }

  List<Name> list(Path place) throws PosixException {
    return kept(xattrs.list(place));
  }

  /** Returns the names of attributes, whatever the file system has them under. */
  List<Name> kept(List<Name> stored) {
    Set<Name> names = new LinkedHashSet<>();
    for (Name name : stored) {
      names.add(
          isPlain(name)
              ? name
              : HostAttributeName.decode(name.toString().substring(namespace.length())));
    }
    return List.copyOf(names);
  }

  byte @Nullable [] get(Path place, Name name) throws PosixException {
    byte @Nullable [] value = isPlain(name) ? xattrs.get(place, name) : null;
    return value != null || isCertain(name) ? value : xattrs.get(place, escape(name));
  }

  /**
   * Sets an attribute.
   *
   * @return whether it is there as it is, and not escaped
   */
  boolean set(Path place, Name name, byte[] value) throws PosixException {
    if (isPlain(name) && setPlain(place, name, value)) {
      if (!isCertain(name)) {
        xattrs.remove(place, escape(name));
      }
      return true;
    }
    xattrs.remove(place, name);
    xattrs.set(place, escape(name), value);
    return false;
  }

  private boolean setPlain(Path place, Name name, byte[] value) throws PosixException {
    if (value.length == 0 && name.equals(CAPABILITY)) {
      return false; // Linux sets it and then can't read it (fs/xattr.c, vfs_setxattr)
    }
    try {
      xattrs.set(place, name, value);
      return true;
    } catch (PosixException e) {
      boolean refused = e.errno() == Errno.EPERM
          || e.errno() == Errno.ENOTSUP
          || e.errno() == Errno.EINVAL; // a list, or capabilities, of owners that are not mapped
      if (!refused || isCertain(name)) {
        throw e;
      }
      return false;
    }
  }

  void remove(Path place, Name name) throws PosixException {
    if (isPlain(name)) {
      xattrs.remove(place, name);
    }
    if (!isCertain(name)) {
      xattrs.remove(place, escape(name));
    }
  }

  /** Whether a name could not be taken for an escaped one. */
  private boolean isPlain(Name name) {
    return !name.startsWith(escaped);
  }

  /** Whether an attribute is never escaped. */
  private boolean isCertain(Name name) {
    return isPlain(name) && name.toString().startsWith(namespace);
  }

  private Name escape(Name name) {
    return Name.of(namespace + HostAttributeName.escape(name));
  }
}
