package dev.layerfs.overlay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest EROFS file there is: a superblock and an empty root directory, in one block. */
final class TinyImage {
  /** {@code fs/erofs/erofs_fs.h}. */
  private static final int EROFS_SUPER_OFFSET = 1024;

  private static final int EROFS_SUPER_MAGIC_V1 = 0xE0F5E1E2;
  private static final int BLOCK_BITS = 12;

  /** An inode's number is its place, in units of 32 bytes: right behind the superblock's 128. */
  private static final int ROOT_NID = (EROFS_SUPER_OFFSET + 128) / 32;

  private static final short DIRECTORY_MODE = 0x4000 | 0_755;

  private TinyImage() {}

  /** Writes it into a new temporary file. */
  static Path write() throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << BLOCK_BITS).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(EROFS_SUPER_OFFSET, EROFS_SUPER_MAGIC_V1);
    block.put(EROFS_SUPER_OFFSET + 12, (byte) BLOCK_BITS);
    block.putShort(EROFS_SUPER_OFFSET + 14, (short) ROOT_NID);
    block.putLong(EROFS_SUPER_OFFSET + 16, 1); // inodes
    block.putInt(EROFS_SUPER_OFFSET + 36, 1); // blocks
    block.putShort(ROOT_NID * 32 + 4, DIRECTORY_MODE);
    block.putShort(ROOT_NID * 32 + 6, (short) 2); // links
    return Files.write(Files.createTempFile("layerfs-probe", ".erofs"), block.array());
  }
}
