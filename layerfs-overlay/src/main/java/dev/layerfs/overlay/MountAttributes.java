package dev.layerfs.overlay;

/** {@code MOUNT_ATTR_*} of {@code <linux/mount.h>}: what a mount allows, whatever its file system does. */
final class MountAttributes {
  static final long RDONLY = 0x1;
  static final long NOSUID = 0x2;
  static final long NODEV = 0x4;
  static final long NOEXEC = 0x8;
  static final long NOATIME = 0x10;
  static final long STRICTATIME = 0x20;
  static final long NODIRATIME = 0x80;

  private MountAttributes() {}
}
