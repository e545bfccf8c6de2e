package dev.layerfs.erofs;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An immutable file, read in place: mapped where its file system can map, else by positional reads. No file stays open: a
 * mapping outlives its channel, and a file that can't be mapped is opened for each read. Thread-safe.
 *
 * <p>A mapping goes away when the garbage collector finds it unused, after this was closed or forgotten; until then Windows
 * refuses to delete the file, and Linux to unmount its file system.
 */
final class ImageFile {
  private final Path path;
  private final long size;
  private final @Nullable Windows mapped;

  private ImageFile(Path path, long size, @Nullable Windows mapped) {
    this.path = path;
    this.size = size;
    this.mapped = mapped;
  }

  static ImageFile open(Path path) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.READ)) {
      long size = channel.size();
      return new ImageFile(path, size, map(channel, size, path));
    }
  }

  private static @Nullable Windows map(SeekableByteChannel channel, long size, Path path)
      throws IOException {
    if (!(channel instanceof FileChannel file)) {
      return null;
    }
    ByteBuffer[] windows = new ByteBuffer[Windows.count(size)];
    try {
      for (int i = 0; i < windows.length; i++) {
        long from = (long) i * Windows.WINDOW_SIZE;
        windows[i] = file.map(MapMode.READ_ONLY, from, Math.min(size - from, Windows.WINDOW_SIZE));
      }
    } catch (UnsupportedOperationException e) {
      return null; // Jimfs, and providers of remote file systems
    }
    return new Windows(windows, 0, size, path.toString());
  }

  /** Lets go of the mapping. A file that is not mapped can still be read. */
  void close() {
    if (mapped != null) {
      mapped.close();
    }
  }

  Path path() {
    return path;
  }

  String name() {
    return path.toString();
  }

  long size() {
    return size;
  }

  /** Returns the first bytes of the file: as many as asked for, or as there are. */
  byte[] head(int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(length, size));
    read(0, head, head.remaining());
    return head.array();
  }

  /** Returns the bytes from an offset on: the mapped ones, or a copy in heap. */
  Windows windows(long from) throws IOException {
    if (from > size) {
      throw new StoreCorruptException(name(), "damaged: shorter than its superblock says");
    }
    if (mapped != null) {
      return mapped;
    }
    ByteBuffer[] windows = new ByteBuffer[Windows.count(size - from)];
    for (int i = 0; i < windows.length; i++) {
      long start = from + (long) i * Windows.WINDOW_SIZE;
      windows[i] = ByteBuffer.allocate((int) Math.min(size - start, Windows.WINDOW_SIZE));
      read(start, windows[i], windows[i].capacity());
      windows[i].clear();
    }
    return new Windows(windows, from, size, name());
  }

  /**
   * Maps bytes into memory, apart from the windows: for a caller who may keep them.
   *
   * @throws UnsupportedOperationException if the host can't
   */
  <T> T map(long offset, long length, FileMapper<T> mapper) throws IOException {
    require(offset, length);
    if (mapped == null) {
      throw new UnsupportedOperationException("the host can't map files into memory");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return mapper.map(channel, MapMode.READ_ONLY, offset, length);
    }
  }

  private void require(long offset, long length) throws StoreCorruptException {
    if (offset < 0 || length > size - offset) {
      throw new StoreCorruptException(name(), "damaged: shorter than its contents");
    }
  }

  /** Reads exactly so many bytes into a buffer. */
  void read(long offset, ByteBuffer target, int length) throws IOException {
    require(offset, length);
    if (mapped != null) {
      mapped.copy(offset, target, length);
      return;
    }
    int limit = target.limit();
    target.limit(target.position() + length);
    try (SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.READ)) {
      channel.position(offset);
      while (target.hasRemaining()) {
        if (channel.read(target) < 0) {
          throw new StoreCorruptException(name(), "damaged: became shorter");
        }
      }
    } finally {
      target.limit(limit);
    }
  }
}
