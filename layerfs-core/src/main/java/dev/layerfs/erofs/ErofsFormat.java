package dev.layerfs.erofs;

import dev.layerfs.posix.FileType;

/**
 * Constants of the EROFS on-disk format, named as in {@code fs/erofs/erofs_fs.h} of Linux. All numbers on disk are
 * little-endian.
 */
final class ErofsFormat {
  /** {@code blkszbits} of the files written here. */
  static final int BLOCK_BITS = 12;

  /** Block size of the files written here. */
  static final int BLOCK_SIZE = 1 << BLOCK_BITS;

  /** {@code EROFS_SUPER_OFFSET}. */
  static final int SUPER_OFFSET = 1024;

  /** {@code EROFS_SUPER_MAGIC_V1} of {@code <linux/magic.h>}. */
  static final int SUPER_MAGIC_V1 = 0xE0F5E1E2;

  /** Bytes of {@code struct erofs_super_block}. */
  static final int SUPER_SIZE = 128;

  static final int FEATURE_COMPAT_SB_CHKSUM = 0x1;
  static final int FEATURE_COMPAT_MTIME = 0x2;
  static final int FEATURE_INCOMPAT_ZERO_PADDING = 0x1;
  static final int FEATURE_INCOMPAT_CHUNKED_FILE = 0x4;
  static final int FEATURE_INCOMPAT_DEVICE_TABLE = 0x8;

  /** {@code EROFS_DEVT_SLOT_SIZE}: bytes of {@code struct erofs_deviceslot}. */
  static final int DEVT_SLOT_SIZE = 128;

  /** Bytes of a device slot's tag. */
  static final int DEVICE_TAG_SIZE = 64;

  /** The most devices that the superblock's 16-bit {@code extra_devices} can count. */
  static final int MAX_DEVICES = 0xFFFF;

  static final int INODE_FLAT_PLAIN = 0;
  static final int INODE_FLAT_INLINE = 2;
  static final int INODE_CHUNK_BASED = 4;

  /** An inode's address is its nid times this ({@code EROFS_ISLOTBITS}). */
  static final int INODE_SLOT = 32;

  static final int INODE_COMPACT_SIZE = 32;
  static final int INODE_EXTENDED_SIZE = 64;
  static final int INODE_LAYOUT_EXTENDED = 1;

  static final int CHUNK_FORMAT_BLKBITS_MASK = 0x1F;
  static final int CHUNK_FORMAT_INDEXES = 0x20;

  /** Bytes of {@code struct erofs_inode_chunk_index}. */
  static final int CHUNK_INDEX_SIZE = 8;

  /** {@code EROFS_BLOCK_MAP_ENTRY_SIZE}. */
  static final int BLOCK_MAP_ENTRY_SIZE = 4;

  /** {@code EROFS_NULL_ADDR}: the block address of a hole. */
  static final long NULL_ADDR = 0xFFFF_FFFFL;

  /** Bytes of {@code struct erofs_dirent}. */
  static final int DIRENT_SIZE = 12;

  /** Bytes of {@code struct erofs_xattr_ibody_header}. */
  static final int XATTR_HEADER_SIZE = 12;

  /** Bytes of {@code struct erofs_xattr_entry}. */
  static final int XATTR_ENTRY_SIZE = 4;

  /** The most bytes of inline xattrs that the 16-bit {@code i_xattr_icount} can count. */
  static final int MAX_XATTR_SIZE = XATTR_HEADER_SIZE + 4 * (0xFFFF - 1);

  /** {@code FT_*} of {@code include/linux/fs_types.h} by number; index 0 is unknown. */
  private static final FileType[] DIRENT_TYPES = {
    FileType.REGULAR,
    FileType.REGULAR,
    FileType.DIRECTORY,
    FileType.CHARACTER_DEVICE,
    FileType.BLOCK_DEVICE,
    FileType.FIFO,
    FileType.SOCKET,
    FileType.SYMLINK
  };

  private ErofsFormat() {}

  /** Returns the type of a dirent's {@code file_type} 1 to 7. */
  static FileType direntType(int number) {
    return DIRENT_TYPES[number];
  }

  /** Tells whether a dirent's {@code file_type} is known. */
  static boolean isDirentType(int number) {
    return number > 0 && number < DIRENT_TYPES.length;
  }

  /** Returns a dirent's {@code file_type} for a type. */
  static int direntTypeNumber(FileType type) {
    return switch (type) {
      case REGULAR -> 1;
      case DIRECTORY -> 2;
      case CHARACTER_DEVICE -> 3;
      case BLOCK_DEVICE -> 4;
      case FIFO -> 5;
      case SOCKET -> 6;
      case SYMLINK -> 7;
    };
  }

  /** Returns the 32-bit form of a device number ({@code new_encode_dev} of {@code <linux/kdev_t.h>}). */
  static int encodeDevice(int major, int minor) {
    return (minor & 0xFF) | (major << 8) | ((minor & ~0xFF) << 12);
  }

  static int major(int device) {
    return (device & 0xFFF00) >>> 8;
  }

  static int minor(int device) {
    return (device & 0xFF) | ((device >>> 12) & 0xFFF00);
  }

  /** Returns how many units of a size (a power of two) hold a length. */
  static long unitsOf(long length, int unit) {
    return length / unit + (length % unit == 0 ? 0 : 1);
  }

  static long roundUp(long value, int unit) {
    return (value + unit - 1) & -(long) unit;
  }
}
