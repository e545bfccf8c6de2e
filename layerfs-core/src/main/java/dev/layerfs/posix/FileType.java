package dev.layerfs.posix;

/** The type of an inode: the {@code S_IFMT} bits of its mode, as {@code <linux/stat.h>} numbers them. */
public enum FileType {
  /** A named pipe. */
  FIFO(0x1000),
  /** A character device. */
  CHARACTER_DEVICE(0x2000),
  /** A directory. */
  DIRECTORY(0x4000),
  /** A block device. */
  BLOCK_DEVICE(0x6000),
  /** A regular file. */
  REGULAR(0x8000),
  /** A symbolic link. */
  SYMLINK(0xA000),
  /** A Unix domain socket. */
  SOCKET(0xC000);

  private static final int FORMAT_MASK = 0xF000;
  private static final FileType[] BY_FORMAT = new FileType[16];

  static {
    for (FileType type : values()) {
      BY_FORMAT[type.format >> 12] = type;
    }
  }

  private final int format;

  FileType(int format) {
    this.format = format;
  }

  /**
   * Returns the type's bits in a mode word.
   *
   * @return the {@code S_IFMT} bits
   */
  public int format() {
    return format;
  }

  /**
   * Returns the type that a full mode word names.
   *
   * @param mode a mode word with its {@code S_IFMT} bits
   * @return the type
   * @throws IllegalArgumentException if the bits name no type
   */
  public static FileType ofMode(int mode) {
    FileType type = BY_FORMAT[(mode & FORMAT_MASK) >> 12];
    if (type == null) {
      throw new IllegalArgumentException("no file type in mode 0" + Integer.toOctalString(mode));
    }
    return type;
  }
}
