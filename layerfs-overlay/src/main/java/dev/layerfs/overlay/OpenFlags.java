package dev.layerfs.overlay;

import java.util.Set;

/** Flags of {@code open(2)} that not all architectures have in the same place. */
final class OpenFlags {
  /** Those with an {@code <asm/fcntl.h>} of their own that moves these flags, as the JDK calls them. */
  private static final boolean MOVED =
      Set.of("aarch64", "arm", "ppc64", "ppc64le").contains(System.getProperty("os.arch"));

  /** {@code O_DIRECTORY} of {@code <asm/fcntl.h>}. */
  static final int DIRECTORY = MOVED ? 0x4000 : 0x10000;

  /** {@code O_NOFOLLOW} of {@code <asm/fcntl.h>}. */
  static final int NOFOLLOW = MOVED ? 0x8000 : 0x20000;

  private OpenFlags() {}
}
