package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The superblock, as far as it matters for uncompressed images.
 *
 * @param blockBits base-2 logarithm of the block size
 * @param rootNid nid of the root directory
 * @param inodes number of inodes
 * @param buildTime seconds since the epoch, the mtime of compact inodes
 * @param buildTimeNanos nanoseconds of it
 * @param blocks blocks of the file itself
 * @param metaBlock block where nid 0 would be
 * @param xattrBlock block where the shared xattrs begin
 * @param uuid 16 bytes
 * @param chunks whether files are chunk-based
 * @param devices number of extra devices
 * @param deviceTable byte offset of the device table
 */
@SuppressWarnings("ArrayRecordComponent") // internal to the package, never shared
record Superblock(
    int blockBits,
    int rootNid,
    long inodes,
    long buildTime,
    int buildTimeNanos,
    long blocks,
    long metaBlock,
    long xattrBlock,
    byte[] uuid,
    boolean chunks,
    int devices,
    long deviceTable) {
  /** Enough of a file to read its superblock and check its sum, whatever the block size. */
  static final int HEAD_SIZE = 1 << 16;

  private static final int SUPPORTED_INCOMPAT =
      FEATURE_INCOMPAT_ZERO_PADDING | FEATURE_INCOMPAT_CHUNKED_FILE | FEATURE_INCOMPAT_DEVICE_TABLE;

  /** Returns the superblock of a file that is written here. */
  static Superblock of(byte[] uuid, MetadataWriter.Result metadata, int devices) {
    return new Superblock(
        BLOCK_BITS,
        Math.toIntExact(metadata.rootNid()),
        metadata.inodes(),
        0,
        0,
        metadata.endBlock(),
        metadata.firstBlock(),
        0,
        uuid,
        devices > 0,
        devices,
        SUPER_OFFSET + SUPER_SIZE);
  }

  /**
   * Puts the superblock into the file's first block, then the checksum of the whole.
   *
   * @param block the first 4,096 bytes of the file, all else already in place
   */
  void encode(byte[] block) {
    ByteBuffer b =
        ByteBuffer.wrap(block, SUPER_OFFSET, SUPER_SIZE).slice().order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, SUPER_MAGIC_V1);
    b.putInt(8, FEATURE_COMPAT_SB_CHKSUM | FEATURE_COMPAT_MTIME);
    b.put(12, (byte) blockBits);
    b.putShort(14, (short) rootNid);
    b.putLong(16, inodes);
    b.putInt(36, (int) blocks);
    b.putInt(40, (int) metaBlock);
    b.put(48, uuid);
    if (chunks) {
      b.putInt(80, FEATURE_INCOMPAT_CHUNKED_FILE | FEATURE_INCOMPAT_DEVICE_TABLE);
      b.putShort(86, (short) devices);
      b.putShort(88, (short) (deviceTable / DEVT_SLOT_SIZE));
    }
    b.putInt(4, checksum(block, BLOCK_SIZE));
  }

  /**
   * Reads a superblock and checks what can be checked without the rest of the file.
   *
   * @param head the first bytes of the file, {@link #HEAD_SIZE} or as many as there are
   * @param file the file's name, for messages
   * @return the superblock
   * @throws StoreCorruptException if there is none, or it is damaged
   * @throws UnsupportedImageException if the image uses features that are not supported
   */
  static Superblock decode(byte[] head, String file) throws IOException {
    if (head.length < SUPER_OFFSET + SUPER_SIZE) {
      throw new StoreCorruptException(file, "too short for an EROFS superblock");
    }
    ByteBuffer b =
        ByteBuffer.wrap(head, SUPER_OFFSET, SUPER_SIZE).slice().order(ByteOrder.LITTLE_ENDIAN);
    if (b.getInt(0) != SUPER_MAGIC_V1) {
      throw new StoreCorruptException(file, "no EROFS superblock: not written to its end");
    }
    int blockBits = b.get(12);
    if (blockBits < 9 || blockBits > 16) {
      throw new StoreCorruptException(file, "impossible EROFS block size");
    }
    checkSum(head, 1 << blockBits, b, file);
    int incompatible = b.getInt(80);
    if ((incompatible & ~SUPPORTED_INCOMPAT) != 0 || b.get(13) != 0 || b.get(90) != 0) {
      throw new UnsupportedImageException(
          file, "EROFS features 0x" + Integer.toHexString(incompatible) + " are not supported");
    }
    boolean deviceTable = (incompatible & FEATURE_INCOMPAT_DEVICE_TABLE) != 0;
    byte[] uuid = new byte[16];
    b.get(48, uuid);
    return new Superblock(
        blockBits,
        b.getShort(14) & 0xFFFF,
        b.getLong(16),
        b.getLong(24),
        b.getInt(32),
        b.getInt(36) & 0xFFFF_FFFFL,
        b.getInt(40) & 0xFFFF_FFFFL,
        b.getInt(44) & 0xFFFF_FFFFL,
        uuid,
        (incompatible & FEATURE_INCOMPAT_CHUNKED_FILE) != 0,
        deviceTable ? b.getShort(86) & 0xFFFF : 0,
        deviceTable ? (b.getShort(88) & 0xFFFFL) * DEVT_SLOT_SIZE : 0);
  }

  private static void checkSum(byte[] head, int blockSize, ByteBuffer superblock, String file)
      throws StoreCorruptException {
    if ((superblock.getInt(8) & FEATURE_COMPAT_SB_CHKSUM) == 0) {
      return;
    }
    if (head.length < blockSize || checksum(head, blockSize) != superblock.getInt(4)) {
      throw new StoreCorruptException(file, "wrong EROFS superblock checksum");
    }
  }

  /**
   * The kernel's {@code crc32c(~0, ...)}, which unlike {@link CRC32C} does not invert at the end, over the superblock's
   * block from the superblock on, with the checksum taken as zero.
   */
  private static int checksum(byte[] head, int blockSize) {
    int end =
        blockSize > SUPER_OFFSET ? blockSize : Math.min(head.length, SUPER_OFFSET + blockSize);
    CRC32C crc = new CRC32C();
    crc.update(head, SUPER_OFFSET, 4);
    crc.update(new byte[4]);
    crc.update(head, SUPER_OFFSET + 8, end - SUPER_OFFSET - 8);
    return ~(int) crc.getValue();
  }

  int blockSize() {
    return 1 << blockBits;
  }

  long metaOffset() {
    return metaBlock << blockBits;
  }
}
