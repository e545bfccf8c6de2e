package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.AppendableFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A regular file that is open as a descriptor. The JDK makes no channel of one: it would have to open the file once more, by the
 * descriptor's path, which takes as long as all the rest of a small write. That is done only for what is not here: mapping,
 * locking, transfers between channels.
 *
 * <p>Calls at given positions run in parallel. A failure of the kernel is a {@link PosixException}.
 */
final class DescriptorChannel extends FileChannel implements AppendableFile {
  /** Memory that one call needs at most for what is on the heap; who gives more gets a short read or write. */
  private static final int MAX_COPY = 1 << 20;

  private final CountedDescriptor descriptor;
  private final boolean writable;
  private final Path subject;
  private final ReopenedFile reopened;
  private final Object positionLock = new Object();
  private long position; // guarded by positionLock

  /**
   * Takes over a descriptor.
   *
   * @param descriptor a regular file, open to be read, and to be written if {@code writable}; closed with this
   * @param subject what the file is called, for messages
   */
  DescriptorChannel(Descriptor descriptor, boolean writable, Path subject) {
    this.descriptor = new CountedDescriptor(descriptor);
    this.writable = writable;
    this.subject = subject;
    this.reopened = new ReopenedFile(descriptor, writable);
  }

  /** What is done with the open descriptor. */
  @FunctionalInterface
  private interface Use<T> {
    T of(int number) throws IOException;
  }

  /** A system call that changes attributes. */
  @FunctionalInterface
  interface Change {
    long make(int number, Arena arena);
  }

  /** Changes attributes of the file. */
  void change(String call, Change change) throws PosixException {
    try {
      use(number -> {
        try (Arena arena = Arena.ofConfined()) {
          return check(change.make(number, arena), call);
        }
      });
    } catch (IOException e) {
      throw LinuxErrors.of(e, subject);
    }
  }

  private <T> T use(Use<T> use) throws IOException {
    requireOpen();
    boolean completed = false;
    begin();
    try {
      if (!descriptor.enter()) {
        throw new ClosedChannelException();
      }
      try {
        T result = use.of(descriptor.number());
        completed = true;
        return result;
      } finally {
        descriptor.leave();
      }
    } finally {
      end(completed);
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!writable) {
      throw new NonWritableChannelException();
    }
  }

  private static void requireNotNegative(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
  }

  private long check(long result, String call) throws IOException {
    return LinuxErrors.check(result, call, subject);
  }

  @Override
  public int read(ByteBuffer target, long from) throws IOException {
    requireNotNegative(from);
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    return use(number -> {
      try (Arena arena = Arena.ofConfined()) {
        return moved(target, target.hasRemaining() ? read(target, number, from, arena) : 0);
      }
    });
  }

  private int read(ByteBuffer target, int number, long from, Arena arena) throws IOException {
    boolean direct = target.isDirect();
    MemorySegment memory = direct
        ? MemorySegment.ofBuffer(target)
        : arena.allocate(Math.min(target.remaining(), MAX_COPY));
    int count = (int) check(FileCalls.pread(number, memory, from, arena), "pread");
    if (!direct) {
      MemorySegment.copy(memory, 0, MemorySegment.ofBuffer(target), 0, count);
    }
    return count;
  }

  /** Moves a buffer on; no bytes where some were wanted are the end of the file. */
  private static int moved(ByteBuffer buffer, int count) {
    if (count == 0 && buffer.hasRemaining()) {
      return -1;
    }
    buffer.position(buffer.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer source, long to) throws IOException {
    requireNotNegative(to);
    return write(
        source,
        (number, memory, arena) -> check(FileCalls.pwrite(number, memory, to, arena), "pwrite"));
  }

  @Override
  public int append(ByteBuffer source) throws IOException {
    return write(
        source,
        (number, memory, arena) -> check(FileCalls.append(number, memory, arena), "pwritev2"));
  }

  /** A system call that writes; it returns how many bytes it has written. */
  @FunctionalInterface
  private interface Write {
    long make(int number, MemorySegment source, Arena arena) throws IOException;
  }

  private int write(ByteBuffer source, Write write) throws IOException {
    requireWritable();
    return use(number -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory =
            source.isDirect() ? MemorySegment.ofBuffer(source) : copied(source, arena);
        int count = (int) write.make(number, memory, arena);
        source.position(source.position() + count);
        return count;
      }
    });
  }

  private static MemorySegment copied(ByteBuffer source, Arena arena) {
    return arena.allocateFrom(
        ValueLayout.JAVA_BYTE,
        MemorySegment.ofBuffer(source),
        ValueLayout.JAVA_BYTE,
        0,
        Math.min(source.remaining(), MAX_COPY));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    synchronized (positionLock) {
      int count = read(target, position);
      position += Math.max(count, 0);
      return count;
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    synchronized (positionLock) {
      int count = write(source, position);
      position += count;
      return count;
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    requireOpen();
    synchronized (positionLock) {
      long total = 0;
      for (ByteBuffer target : Arrays.asList(targets).subList(offset, offset + length)) {
        while (target.hasRemaining()) {
          int count = read(target);
          if (count < 0) {
            return total == 0 ? -1 : total;
          }
          total += count;
        }
      }
      return total;
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    requireWritable();
    synchronized (positionLock) {
      long total = 0;
      for (ByteBuffer source : Arrays.asList(sources).subList(offset, offset + length)) {
        while (source.hasRemaining()) {
          total += write(source);
        }
      }
      return total;
    }
  }

  @Override
  public long position() throws IOException {
    synchronized (positionLock) {
      requireOpen();
      return position;
    }
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    requireOpen();
    requireNotNegative(newPosition);
    synchronized (positionLock) {
      position = newPosition;
      return this;
    }
  }

  /** Where the end is; the descriptor's own position, which this moves, is used by nobody. */
  @Override
  public long size() throws IOException {
    return use(number -> check(FileCalls.lseek(number, 0, FileCalls.SEEK_END), "lseek"));
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    requireNotNegative(size);
    requireWritable();
    synchronized (positionLock) {
      if (size < size()) {
        use(number -> check(FileCalls.ftruncate(number, size), "ftruncate"));
      }
      position = Math.min(position, size);
      return this;
    }
  }

  @Override
  public void force(boolean metaData) throws IOException {
    use(number -> check(
        metaData ? FileCalls.fsync(number) : FileCalls.fdatasync(number),
        metaData ? "fsync" : "fdatasync"));
  }

  private <T> T reopen(ReopenedFile.Use<T> use) throws IOException {
    return use(number -> use.of(reopened.channel()));
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    return reopen(file -> file.transferTo(from, count, target));
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    return reopen(file -> file.transferFrom(source, to, count));
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
    return reopen(file -> file.map(mode, from, size));
  }

  @Override
  public MemorySegment map(MapMode mode, long from, long size, Arena arena) throws IOException {
    return reopen(file -> file.map(mode, from, size, arena));
  }

  /** {@inheritDoc} The lock's channel is the JDK's, and the lock ends with this one. */
  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    return reopen(file -> file.lock(from, size, shared));
  }

  /** {@inheritDoc} The lock's channel is the JDK's, and the lock ends with this one. */
  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    return reopen(file -> file.tryLock(from, size, shared));
  }

  /** What other threads are doing comes to its end first; the last of them closes the descriptor. */
  @Override
  protected void implCloseChannel() throws IOException {
    long closed;
    try {
      reopened.close();
    } finally {
      closed = descriptor.close();
    }
    check(closed, "close");
  }
}
