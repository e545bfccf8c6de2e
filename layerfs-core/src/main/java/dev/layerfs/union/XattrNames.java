package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.util.List;

/** Which extended attributes there can be, by fs/xattr.c. */
public final class XattrNames {
  private static final int MAX_VALUE = 65_535;
  private static final Name USER = Name.of("user.");
  private static final List<Name> NAMESPACES =
      List.of(USER, Name.of("trusted."), Name.of("security."));

  private XattrNames() {}

  /**
   * Checks the size of an attribute.
   *
   * @param name its name
   * @param value its value
   * @throws PosixException {@link Errno#ERANGE}, {@link Errno#E2BIG}
   */
  public static void checkSize(Name name, byte[] value) throws PosixException {
    if (name.length() == 0 || name.length() > Name.MAX_LENGTH) {
      throw new PosixException(Errno.ERANGE, name.toString());
    } else if (value.length > MAX_VALUE) {
      throw new PosixException(Errno.E2BIG, name.toString());
    }
  }

  /**
   * Checks the namespace of an attribute ({@code xattr_resolve_name}).
   *
   * @param name its name
   * @throws PosixException {@link Errno#ENOTSUP}, {@link Errno#EINVAL}
   */
  public static void checkNamespace(Name name) throws PosixException {
    if (!PlaceAttributes.isList(name) && NAMESPACES.stream().noneMatch(name::startsWith)) {
      throw new PosixException(Errno.ENOTSUP, name.toString());
    } else if (NAMESPACES.contains(name)) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
  }

  /**
   * Checks whether an attribute that is no access control list can be set or removed.
   *
   * @param type the type of the node
   * @param name the attribute's name
   * @throws PosixException {@link Errno#EPERM}, {@link Errno#ENOTSUP}, {@link Errno#EINVAL}
   */
  public static void checkChangeable(FileType type, Name name) throws PosixException {
    if (!mayHave(type, name)) {
      throw new PosixException(Errno.EPERM, name.toString());
    }
    checkNamespace(name);
  }

  /**
   * Says whether nodes of a type can have an attribute ({@code xattr_permission}, which comes before the namespace).
   *
   * @param type the type of the node
   * @param name the attribute's name
   * @return whether it is not of the namespace {@code user}, or that is open to the type
   */
  public static boolean mayHave(FileType type, Name name) {
    boolean content = type == FileType.REGULAR || type == FileType.DIRECTORY;
    return content || !name.startsWith(USER);
  }
}
