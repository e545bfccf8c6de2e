package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.DataRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which chunks of a sparse file are its own, in memory and in a record: one bit for each chunk, the lowest of a byte first. A
 * bit follows the bytes of its chunk. Without a record nothing is own. Read by any thread; changed by one at a time.
 */
final class OwnChunks {
  private static final int CHUNK = 1 << 16;
  private static final long MAX_CHUNKS = 1 << 19; // 64 KiB of record, and of memory

  private final Path record;
  private final long size;
  private final long chunk;
  private final int count;
  private final AtomicLongArray words;
  private volatile boolean unsynced;

  private OwnChunks(Path record, long size) {
    this.record = record;
    this.size = size;
    this.chunk = chunkOf(size);
    this.count = Math.toIntExact((size + chunk - 1) / chunk);
    this.words = new AtomicLongArray((count + Long.SIZE - 1) / Long.SIZE);
  }

  private static long chunkOf(long size) {
    long chunk = CHUNK;
    while (size / chunk >= MAX_CHUNKS) {
      chunk *= 2;
    }
    return chunk;
  }

  /**
   * Reads a record, if there is one.
   *
   * @param size the size of the content in the image
   */
  static OwnChunks read(Path record, long size) throws PosixException {
    OwnChunks own = new OwnChunks(record, size);
    try {
      long[] found = BitSet.valueOf(Files.readAllBytes(record)).toLongArray();
      for (int i = 0; i < Math.min(found.length, own.words.length()); i++) {
        own.words.set(i, found[i]);
      }
      own.unsynced = true; // perhaps
    } catch (NoSuchFileException e) {
      // nothing was written yet
    } catch (IOException e) {
      throw HostErrors.of(e, record);
    }
    return own;
  }

  boolean isEmpty() {
    for (int i = 0; i < words.length(); i++) {
      if (words.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Keeps those chunks only that the host stores as a whole: power loss may have taken bytes whose bit it has left.
   *
   * @param stored in ascending order
   */
  void retain(List<DataRange> stored) {
    int range = 0;
    for (int i = 0; i < count; i++) {
      while (range < stored.size() && stored.get(range).to() < end(i)) {
        range++;
      }
      if (range == stored.size() || stored.get(range).from() > start(i)) {
        words.set(i / Long.SIZE, words.get(i / Long.SIZE) & ~(1L << i));
      }
    }
  }

  /** Returns how many chunks there are; what is after the last one is always own. */
  int count() {
    return count;
  }

  /** Returns the chunk that a position is in; {@link #count} if it is after all of them. */
  int at(long position) {
    return position < 0 || position >= size ? count : (int) (position / chunk);
  }

  long start(int index) {
    return index * chunk;
  }

  /** Returns where a chunk ends, exclusive. */
  long end(int index) {
    return Math.min(size, (index + 1) * chunk);
  }

  boolean has(int index) {
    return index >= count || (words.get(index / Long.SIZE) & 1L << index) != 0;
  }

  /** Returns the first chunk from an index on, and before another, that is own or not; that other one if there is none. */
  int next(int from, int to, boolean own) {
    int index = from;
    while (index < to && has(index) != own) {
      index++;
    }
    return index;
  }

  /** Notes that chunks are own: first in the record. */
  void add(int from, int to) throws IOException {
    if (from >= to) {
      return;
    }
    int first = from / Long.SIZE;
    int last = (to - 1) / Long.SIZE;
    ByteBuffer bytes =
        ByteBuffer.allocate((last - first + 1) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = first; i <= last; i++) {
      bytes.putLong(words.get(i) | bits(i, from, to));
    }
    write(bytes.flip(), (long) first * Long.BYTES);
    for (int i = first; i <= last; i++) {
      words.set(i, words.get(i) | bits(i, from, to));
    }
  }

  private static long bits(int word, int from, int to) {
    int low = Math.max(0, from - word * Long.SIZE);
    int high = Math.min(Long.SIZE, to - word * Long.SIZE);
    return -1L >>> Long.SIZE - (high - low) << low;
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    try (FileChannel file =
        FileChannel.open(record, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ChannelIo.write(file, bytes, position, record);
    }
    unsynced = true;
  }

  /** Makes durable what was noted; the bytes of the chunks already are. */
  void sync() throws PosixException {
    if (unsynced) {
      unsynced = false;
      try {
        Channels.sync(record);
        Channels.sync(Objects.requireNonNull(record.getParent()));
      } catch (PosixException e) {
        unsynced = true;
        throw e;
      }
    }
  }

  /** Nobody asks for the record any more. */
  void drop() throws PosixException {
    try {
      Files.deleteIfExists(record);
    } catch (IOException e) {
      throw HostErrors.of(e, record);
    }
  }
}
