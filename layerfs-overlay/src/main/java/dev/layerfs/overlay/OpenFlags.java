package dev.layerfs.overlay;

/** Flags of {@code openat2(2)}, as {@code <asm-generic/fcntl.h>} numbers them, and {@code <asm/fcntl.h>} where it differs. */
final class OpenFlags {
  static final long READ_ONLY = 0;
  static final long READ_WRITE = 2;
  static final long CREATE = 0x40;
  static final long EXCLUSIVE = 0x80;
  static final long NON_BLOCKING = 0x800;
  static final long CLOSE_ON_EXEC = 0x80000;
  static final long PATH = 0x200000;
  static final long DIRECTORY = differs() ? 0x4000 : 0x10000;
  static final long NO_FOLLOW = differs() ? 0x8000 : 0x20000;

  /** {@code RESOLVE_NO_MAGICLINKS} of {@code <linux/openat2.h>}. */
  static final long RESOLVE_NO_MAGIC_LINKS = 0x02;

  /** {@code RESOLVE_NO_MAGICLINKS} and {@code RESOLVE_NO_SYMLINKS} of {@code <linux/openat2.h>}. */
  static final long RESOLVE_NO_LINKS = 0x02 | 0x04;

  /** {@code RESOLVE_BENEATH} of {@code <linux/openat2.h>}. */
  static final long RESOLVE_BENEATH = 0x08;

  /** {@code RESOLVE_IN_ROOT} of {@code <linux/openat2.h>}: links and {@code ..} lead nowhere but into the start. */
  static final long RESOLVE_IN_ROOT = 0x10;

  private OpenFlags() {}

  private static boolean differs() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("aarch64") || architecture.startsWith("ppc64");
  }
}
