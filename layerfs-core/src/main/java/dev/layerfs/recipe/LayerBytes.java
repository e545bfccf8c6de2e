package dev.layerfs.recipe;

import dev.layerfs.error.StoreCorruptException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a layer file, at any offset; cheap where they follow those that were read last. Not thread-safe. */
final class LayerBytes implements Closeable {
  private final Path file;
  private final SeekableByteChannel channel;
  private final ByteBuffer window;
  private long start;

  private LayerBytes(Path file, SeekableByteChannel channel, int window) {
    this.file = file;
    this.channel = channel;
    this.window = ByteBuffer.allocate(window).limit(0);
  }

  /**
   * Opens a layer file.
   *
   * @param window how many bytes are read at once
   */
  static LayerBytes open(Path file, int window) throws IOException {
    return new LayerBytes(file, Files.newByteChannel(file), window);
  }

  /** Whether some bytes are those at an offset; false if the file ends before. */
  boolean isAt(long offset, byte[] bytes, int from, int length) throws IOException {
    if (!hold(offset, length)) {
      return false;
    }
    int at = (int) (offset - start);
    return Arrays.equals(window.array(), at, at + length, bytes, from, from + length);
  }

  /** Reads exactly as many bytes as the array takes; false if the file ends before. */
  boolean read(long offset, byte[] bytes) throws IOException {
    if (!hold(offset, bytes.length)) {
      return false;
    }
    System.arraycopy(window.array(), (int) (offset - start), bytes, 0, bytes.length);
    return true;
  }

  /**
   * Reads some bytes.
   *
   * @param length how many are wanted, at least one
   * @return how many there are now, at least one
   * @throws StoreCorruptException if the file ends before
   */
  int copy(long offset, byte[] target, int from, int length) throws IOException {
    if (!hold(offset, 1)) {
      throw new StoreCorruptException(file.toString(), "damaged: shorter than its contents");
    }
    int at = (int) (offset - start);
    int count = Math.min(length, window.limit() - at);
    System.arraycopy(window.array(), at, target, from, count);
    return count;
  }

  private boolean hold(long offset, int length) throws IOException {
    if (offset >= start && offset + length <= start + window.limit()) {
      return true;
    }
    if (offset > channel.size()) {
      return false;
    }
    window.clear();
    channel.position(offset);
    while (window.hasRemaining() && channel.read(window) >= 0) {
      // until it is full
    }
    window.flip();
    start = offset;
    return window.limit() >= length;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
