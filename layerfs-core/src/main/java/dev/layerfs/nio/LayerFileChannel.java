package dev.layerfs.nio;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.union.MappableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.Set;

/** A channel over an open file. Reads and writes at given positions run in parallel; others one after another. */
class LayerFileChannel extends FileChannel {
  private static final int TRANSFER_SIZE = 1 << 16;

  private final FileHandle handle;
  private final Set<OpenFlag> flags;
  private final LayerFileSystem fileSystem;
  private final boolean interruptible;
  private final Object positionLock = new Object();
  private long position;

  /** What an interrupt of a thread that reads or writes does. */
  enum Interrupts {
    /** It closes the channel, as the contract of {@link java.nio.channels.InterruptibleChannel} has it. */
    CLOSE,
    /** Nothing; for what is beneath a stream. */
    IGNORE
  }

  LayerFileChannel(
      FileHandle handle, Set<OpenFlag> flags, LayerFileSystem fileSystem, Interrupts interrupts) {
    this.handle = handle;
    this.flags = flags;
    this.fileSystem = fileSystem;
    this.interruptible = interrupts == Interrupts.CLOSE;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    checkReadable();
    synchronized (positionLock) {
      int count = readAt(target, position);
      position += Math.max(count, 0);
      return count;
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    checkReadable();
    synchronized (positionLock) {
      long total = 0;
      for (int i = offset; i < offset + length; i++) {
        int wanted = targets[i].remaining();
        int count = read(targets[i]);
        if (count < 0) {
          return total == 0 ? -1 : total;
        }
        total += count;
        if (count < wanted) {
          return total;
        }
      }
      return total;
    }
  }

  @Override
  public int read(ByteBuffer target, long from) throws IOException {
    Objects.requireNonNull(target);
    checkNotNegative(from);
    checkReadable();
    return readAt(target, from);
  }

  private int readAt(ByteBuffer target, long from) throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    return run(() -> handle.read(target, from));
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    checkWritable();
    synchronized (positionLock) {
      int length = writeAt(source, position);
      position += length;
      return length;
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    checkWritable();
    synchronized (positionLock) {
      long total = 0;
      for (int i = offset; i < offset + length; i++) {
        total += write(sources[i]);
      }
      return total;
    }
  }

  @Override
  public int write(ByteBuffer source, long to) throws IOException {
    Objects.requireNonNull(source);
    checkNotNegative(to);
    checkWritable();
    return writeAt(source, to);
  }

  private int writeAt(ByteBuffer source, long to) throws IOException {
    int length = source.remaining();
    run(() -> {
      handle.write(source, to);
      return length;
    });
    return length;
  }

  @Override
  public long position() throws IOException {
    checkOpen();
    synchronized (positionLock) {
      return flags.contains(OpenFlag.APPEND) ? size() : position;
    }
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    checkOpen();
    checkNotNegative(newPosition);
    synchronized (positionLock) {
      position = newPosition;
      return this;
    }
  }

  @Override
  public long size() throws IOException {
    checkOpen();
    return run(handle::size);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    checkOpen();
    checkNotNegative(size);
    checkWritable();
    synchronized (positionLock) {
      run(() -> {
        if (size < handle.size()) {
          handle.truncate(size);
        }
        return 0;
      });
      position = Math.min(position, size);
      return this;
    }
  }

  @Override
  public void force(boolean metaData) throws IOException {
    checkOpen();
    run(() -> {
      handle.sync();
      return 0;
    });
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    checkReadable();
    if (!target.isOpen()) {
      throw new ClosedChannelException();
    }
    checkNotNegative(from);
    checkNotNegative(count);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, TRANSFER_SIZE));
    long done = 0;
    while (done < count) {
      buffer.clear().limit((int) Math.min(count - done, buffer.capacity()));
      if (read(buffer, from + done) < 0) {
        break;
      }
      buffer.flip();
      done += target.write(buffer);
      if (buffer.hasRemaining()) {
        break; // a target that does not block takes no more now
      }
    }
    return done;
  }

  /** Beyond the end it leaves a hole, as the contract of newer JDKs has it; that of JDK 17 would transfer nothing. */
  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    checkWritable();
    if (!source.isOpen()) {
      throw new ClosedChannelException();
    }
    checkNotNegative(to);
    checkNotNegative(count);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, TRANSFER_SIZE));
    long done = 0;
    while (done < count) {
      buffer.clear().limit((int) Math.min(count - done, buffer.capacity()));
      if (source.read(buffer) <= 0) {
        break;
      }
      done += write(buffer.flip(), to + done);
    }
    return done;
  }

  /**
   * Maps where the host can. A mapping of a file that is only in the image shows the image's bytes, also after the file is
   * copied up by somebody else; one of a file that is in the upper shows what is written there.
   *
   * @throws UnsupportedOperationException if the host can't map files, or the file does not lie in one piece
   */
  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
    Objects.requireNonNull(mode);
    checkOpen();
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too large for a buffer: " + size + " bytes");
    }
    return map(mode, from, size, FileMapper.BUFFERS);
  }

  /** Maps a region in any way, and makes the file longer before if that is needed and allowed. */
  final <T> T map(MapMode mode, long from, long size, FileMapper<T> mapper) throws IOException {
    Objects.requireNonNull(mode);
    checkNotNegative(from);
    checkNotNegative(size);
    checkOpen();
    if (from > Long.MAX_VALUE - size) {
      throw new IllegalArgumentException("too large: " + size + " bytes at " + from);
    }
    checkMode(mode);
    if (!(handle instanceof MappableFile file)) {
      throw new UnsupportedOperationException("this file can't be mapped into memory");
    }
    return run(() -> {
      if (from + size > file.size()) {
        checkWritableToExtend();
        file.map(mode, 0, 0, mapper); // a host that can't map so says it before the file grows
        file.truncate(from + size);
      }
      return file.map(mode, from, size, mapper);
    });
  }

  private void checkMode(MapMode mode) throws IOException {
    if (mode == MapMode.READ_WRITE || mode == MapMode.PRIVATE) {
      checkWritable();
    } else if (mode != MapMode.READ_ONLY) {
      throw new UnsupportedOperationException("mode " + mode);
    }
    checkReadable();
  }

  private void checkWritableToExtend() throws IOException {
    if (!flags.contains(OpenFlag.WRITE)) {
      throw new IOException("Channel not open for writing - cannot extend file to required size");
    }
  }

  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    checkOpen();
    if (shared) {
      checkReadable();
    } else {
      checkWritable();
    }
    return fileSystem.locks().lock(handle.node(), this, from, size, shared);
  }

  /** The same as {@link #lock(long, long, boolean)}: only this file system's channels lock, and they never wait. */
  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    return lock(from, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    fileSystem.locks().release(handle.node(), this);
    try {
      handle.close();
    } catch (PosixException e) {
      throw new IOException(e.errno().message(), e);
    }
  }

  private <T> T run(Operation<T> operation) throws IOException {
    boolean completed = false;
    try {
      if (interruptible) {
        begin();
      }
      checkOpen();
      T result = operation.run();
      completed = true;
      return result;
    } catch (PosixException e) {
      if (e.errno() == Errno.EBADF) {
        close(); // the file system was closed, or another thread has closed this
      }
      throw Failures.ofChannel(e);
    } finally {
      if (interruptible) {
        end(completed);
      }
    }
  }

  /** A channel is closed with its file system. */
  private void checkOpen() throws IOException {
    if (!fileSystem.isOpen()) {
      close();
    }
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void checkReadable() throws IOException {
    checkOpen();
    if (!flags.contains(OpenFlag.READ)) {
      throw new NonReadableChannelException();
    }
  }

  private void checkWritable() throws IOException {
    checkOpen();
    if (!flags.contains(OpenFlag.WRITE)) {
      throw new NonWritableChannelException();
    }
  }

  private static void checkNotNegative(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
  }

  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }
}
