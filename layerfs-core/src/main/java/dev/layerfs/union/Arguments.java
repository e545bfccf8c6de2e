package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.AccessMode;
import java.util.Set;

/** What the kernel refuses of operations whatever the file system is. */
public final class Arguments {
  private static final int MAX_TARGET = 4095;
  private static final int ANY_EXECUTE = 0111;
  private static final int MAX_MAJOR = (1 << 12) - 1;
  private static final int MAX_MINOR = (1 << 20) - 1;

  private Arguments() {}

  /**
   * Checks the name of an entry of a directory.
   *
   * @param name the name
   * @throws PosixException {@link Errno#ENAMETOOLONG}, {@link Errno#EINVAL}
   */
  public static void checkName(Name name) throws PosixException {
    if (name.length() > Name.MAX_LENGTH) {
      throw new PosixException(Errno.ENAMETOOLONG, name.toString());
    }
    if (isDots(name) || holdsSeparator(name)) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
  }

  /** Whether a name is empty, {@code .} or {@code ..}. */
  private static boolean isDots(Name name) {
    return name.length() == 0
        || name.length() <= 2 && name.byteAt(0) == '.' && name.byteAt(name.length() - 1) == '.';
  }

  private static boolean holdsSeparator(Name name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.byteAt(i) == '/' || name.byteAt(i) == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks what is to be created.
   *
   * @param name its name
   * @param type its type
   * @param major its device number
   * @param minor its device number
   * @throws PosixException {@link Errno#EINVAL}; {@link Errno#EPERM} for what would be a whiteout
   */
  public static void checkDevice(Name name, FileType type, int major, int minor)
      throws PosixException {
    boolean valid = major >= 0 && major <= MAX_MAJOR && minor >= 0 && minor <= MAX_MINOR;
    if (type == FileType.SYMLINK || !valid) {
      throw new PosixException(Errno.EINVAL, name.toString());
    } else if (type == FileType.CHARACTER_DEVICE && major == 0 && minor == 0) {
      throw new PosixException(Errno.EPERM, name.toString());
    }
  }

  /**
   * Checks the length of a symbolic link's target.
   *
   * @param name the link's name
   * @param target the target
   * @throws PosixException {@link Errno#ENOENT}, {@link Errno#ENAMETOOLONG}
   */
  public static void checkTargetLength(Name name, byte[] target) throws PosixException {
    if (target.length == 0) {
      throw new PosixException(Errno.ENOENT, name.toString());
    } else if (target.length > MAX_TARGET) {
      throw new PosixException(Errno.ENAMETOOLONG, name.toString());
    }
  }

  /**
   * Checks the bytes of a symbolic link's target.
   *
   * @param name the link's name
   * @param target the target
   * @throws PosixException {@link Errno#EINVAL}
   */
  public static void checkTargetBytes(Name name, byte[] target) throws PosixException {
    for (byte b : target) {
      if (b == 0) {
        throw new PosixException(Errno.EINVAL, name.toString());
      }
    }
  }

  /**
   * Checks whether a node can be opened.
   *
   * @param subject what it is called
   * @param type its type
   * @param flags how it is opened
   * @throws PosixException {@link Errno#EINVAL}, {@link Errno#EISDIR}, {@link Errno#ELOOP}, {@link Errno#ENXIO}
   */
  public static void checkOpen(Object subject, FileType type, Set<OpenFlag> flags)
      throws PosixException {
    Errno errno = switch (type) {
      case REGULAR -> null;
      case DIRECTORY -> Errno.EISDIR;
      case SYMLINK -> Errno.ELOOP;
      default -> Errno.ENXIO;
    };
    if (!flags.contains(OpenFlag.WRITE) && !flags.equals(Set.of(OpenFlag.READ))) {
      throw new PosixException(Errno.EINVAL, subject.toString());
    } else if (errno != null) {
      throw new PosixException(errno, subject.toString());
    }
  }

  /**
   * Checks what is refused also to root.
   *
   * @param subject what the node is called
   * @param stat its attributes
   * @param readOnly whether nothing can be changed
   * @param modes how it is to be used
   * @throws PosixException {@link Errno#EROFS}, {@link Errno#EACCES}
   */
  public static void checkAccess(Object subject, Stat stat, boolean readOnly, Set<AccessMode> modes)
      throws PosixException {
    if (modes.contains(AccessMode.WRITE) && readOnly && isStored(stat.type())) {
      throw new PosixException(Errno.EROFS, subject.toString());
    }
    boolean needsBit = modes.contains(AccessMode.EXECUTE) && stat.type() != FileType.DIRECTORY;
    if (needsBit && (stat.mode() & ANY_EXECUTE) == 0) {
      throw new PosixException(Errno.EACCES, subject.toString());
    }
  }

  /**
   * Says whether writing to a node changes the file system.
   *
   * @param type a type
   * @return whether it is not that of a device, pipe or socket
   */
  public static boolean isStored(FileType type) {
    return switch (type) {
      case REGULAR, DIRECTORY, SYMLINK -> true;
      default -> false;
    };
  }
}
