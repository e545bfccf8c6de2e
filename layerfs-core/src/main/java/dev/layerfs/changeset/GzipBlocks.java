package dev.layerfs.changeset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * One gzip member (RFC 1952) whose deflate stream is put together of blocks that know nothing of each other, as those of
 * {@code pigz --independent}: each ends on a byte boundary with an empty stored block.
 */
final class GzipBlocks implements BlockCompressor.BlockFormat {
  private static final int BLOCK_SIZE = 128 << 10; // what pigz has
  private static final int LEVEL = 6; // what gzip, docker and buildah use
  private static final int UNKNOWN_SYSTEM = 255;
  private static final byte[] LAST_BLOCK = {3, 0
  }; // empty, with fixed codes (RFC 1951, section 3.2.3)

  private final CRC32 crc = new CRC32();
  private long length;

  @Override
  public int blockSize() {
    return BLOCK_SIZE;
  }

  /** No name, no time. */
  @Override
  public byte[] header() {
    return new byte[] {0x1F, (byte) 0x8B, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) UNKNOWN_SYSTEM
    };
  }

  @Override
  public void count(byte[] block, int count) {
    crc.update(block, 0, count);
    length += count;
  }

  @Override
  public byte[] compress(byte[] block, int count) {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setInput(block, 0, count);
      ByteArrayOutputStream out = new ByteArrayOutputStream(count / 2);
      byte[] buffer = new byte[32 << 10];
      int n = buffer.length;
      while (n == buffer.length) {
        n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        out.write(buffer, 0, n);
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  @Override
  public byte[] trailer() {
    return ByteBuffer.allocate(LAST_BLOCK.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(LAST_BLOCK)
        .putInt((int) crc.getValue())
        .putInt((int) length)
        .array();
  }
}
