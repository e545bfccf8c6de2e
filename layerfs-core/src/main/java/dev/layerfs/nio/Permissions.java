package dev.layerfs.nio;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Permission sets and the low nine bits of a mode, which {@link PosixFilePermission} lists from the highest down. */
final class Permissions {
  private static final PosixFilePermission[] HIGHEST_FIRST = PosixFilePermission.values();

  private Permissions() {}

  static Set<PosixFilePermission> ofMode(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : HIGHEST_FIRST) {
      if ((mode & bit(permission)) != 0) {
        set.add(permission);
      }
    }
    return set;
  }

  /**
   * Returns the bits of a set.
   *
   * @throws ClassCastException if it holds anything else, as the JDK's providers do
   */
  static int toMode(Set<?> permissions) {
    int mode = 0;
    for (Object permission : permissions) {
      mode |= bit((PosixFilePermission) permission);
    }
    return mode;
  }

  private static int bit(PosixFilePermission permission) {
    return 0400 >> permission.ordinal();
  }
}
