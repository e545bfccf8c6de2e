package dev.layerfs.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;

/** The bytes of a sparse file: blocks that were written, by number; all others are holes. */
final class ModelContent {
  private static final int BLOCK = 4096;

  private final TreeMap<Long, byte[]> blocks = new TreeMap<>();
  private long size;

  long size() {
    return size;
  }

  /** Returns the number of 512-byte blocks that hold data. */
  long blocks() {
    return blocks.size() * (long) (BLOCK / 512);
  }

  int read(ByteBuffer target, long position) {
    if (!target.hasRemaining()) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    int length = (int) Math.min(target.remaining(), size - position);
    for (int i = 0; i < length; i++) {
      byte[] block = blocks.get((position + i) / BLOCK);
      target.put(block == null ? 0 : block[(int) ((position + i) % BLOCK)]);
    }
    return length;
  }

  void write(ByteBuffer source, long position) {
    long at = position;
    while (source.hasRemaining()) {
      byte[] block = blocks.computeIfAbsent(at / BLOCK, number -> new byte[BLOCK]);
      block[(int) (at % BLOCK)] = source.get();
      at++;
    }
    size = Math.max(size, at);
  }

  void truncate(long newSize) {
    size = newSize;
    blocks.tailMap((newSize + BLOCK - 1) / BLOCK, true).clear();
    byte[] last = blocks.get(newSize / BLOCK);
    if (last != null) {
      Arrays.fill(last, (int) (newSize % BLOCK), BLOCK, (byte) 0);
    }
  }

  /** Returns the next offset, at or after {@code position}, of data or of a hole; -1 if there is no data. */
  long seek(long position, boolean data) {
    long at = position;
    while (at < size && blocks.containsKey(at / BLOCK) != data) {
      Long next = data ? blocks.higherKey(at / BLOCK) : Long.valueOf(at / BLOCK + 1);
      if (next == null) {
        return -1;
      }
      at = next * BLOCK;
    }
    return at < size ? at : data ? -1 : size;
  }
}
