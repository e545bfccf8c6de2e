package dev.layerfs.changeset;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;

/** A zstd frame (RFC 8878) for each block. The library is part of ours, so the bytes are the same everywhere. */
final class ZstdBlocks implements BlockCompressor.BlockFormat {
  private static final int BLOCK_SIZE = 2 << 20;
  private static final int LEVEL = 3;
  private static final byte[] NOTHING = {};

  @Override
  public int blockSize() {
    return BLOCK_SIZE;
  }

  @Override
  public byte[] header() {
    return NOTHING;
  }

  @Override
  public void count(byte[] block, int length) {
    // frames say how long they are
  }

  @Override
  public byte[] compress(byte[] block, int length) {
    byte[] out = new byte[(int) Zstd.compressBound(length)];
    long size = Zstd.compressByteArray(out, 0, out.length, block, 0, length, LEVEL);
    if (Zstd.isError(size)) {
      throw new IllegalStateException("zstd: " + Zstd.getErrorName(size));
    }
    return Arrays.copyOf(out, (int) size);
  }

  @Override
  public byte[] trailer() {
    return NOTHING;
  }
}
