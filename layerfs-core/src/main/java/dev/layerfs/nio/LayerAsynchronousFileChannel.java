package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous channel over an open file: each operation blocks a thread of an executor, in the way of the JDK's own
 * channels. An interrupt of such a thread changes nothing.
 *
 * <p>Closing waits for the operations that are running; after that no buffer changes any more. Those that are still
 * waiting for a thread fail with {@link AsynchronousCloseException}.
 */
final class LayerAsynchronousFileChannel extends AsynchronousFileChannel {
  private final FileHandle handle;
  private final Set<OpenFlag> flags;
  private final LockTable locks;
  private final Executor executor;

  /** Held for reading by what uses the handle. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private volatile boolean open = true;

  LayerAsynchronousFileChannel(
      FileHandle handle, Set<OpenFlag> flags, LockTable locks, Executor executor) {
    this.handle = handle;
    this.flags = flags;
    this.locks = locks;
    this.executor = executor;
  }

  /** What is done with the handle; done again if it was interrupted. */
  @FunctionalInterface
  private interface Operation<V> {
    V run() throws IOException;
  }

  @Override
  public Future<Integer> read(ByteBuffer target, long position) {
    PendingResult<Integer> result = new PendingResult<>(this);
    read(target, position, result);
    return result;
  }

  @Override
  public <A extends @Nullable Object> void read(
      ByteBuffer target,
      long position,
      A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    Objects.requireNonNull(handler);
    read(target, position, Completion.of(handler, attachment));
  }

  private void read(ByteBuffer target, long position, Completion<Integer> completion) {
    checkNotNegative(position);
    checkReadable();
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    transfer(target, completion, done -> handle.read(target, position + done));
  }

  @Override
  public Future<Integer> write(ByteBuffer source, long position) {
    PendingResult<Integer> result = new PendingResult<>(this);
    write(source, position, result);
    return result;
  }

  @Override
  public <A extends @Nullable Object> void write(
      ByteBuffer source,
      long position,
      A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    Objects.requireNonNull(handler);
    write(source, position, Completion.of(handler, attachment));
  }

  private void write(ByteBuffer source, long position, Completion<Integer> completion) {
    checkNotNegative(position);
    checkWritable();
    transfer(source, completion, done -> {
      handle.write(source, position + done);
      return 0;
    });
  }

  /** Moves bytes between a buffer and the file, of which an interrupted attempt may have moved some. */
  @FunctionalInterface
  private interface Transfer {
    /** Returns -1 at the end of the file. */
    int run(int done) throws PosixException;
  }

  private void transfer(ByteBuffer buffer, Completion<Integer> completion, Transfer transfer) {
    if (isOpen() && !buffer.hasRemaining()) {
      completion.early(() -> completion.succeeded(0), executor);
      return;
    }
    int start = buffer.position();
    start(completion, () -> {
      int end = transfer.run(buffer.position() - start);
      int moved = buffer.position() - start;
      return moved > 0 ? moved : end;
    });
  }

  private <V> void start(Completion<V> completion, Operation<V> operation) {
    if (isOpen()) {
      executor.execute(() -> complete(completion, operation));
    } else {
      completion.early(() -> completion.failed(new ClosedChannelException()), executor);
    }
  }

  private <V> void complete(Completion<V> completion, Operation<V> operation) {
    if (completion.isCancelled()) {
      return;
    }
    V result;
    try {
      result = run(operation);
    } catch (IOException | RuntimeException e) {
      completion.failed(isOpen() ? e : new AsynchronousCloseException());
      return;
    }
    completion.succeeded(result);
  }

  @Override
  public Future<FileLock> lock(long position, long size, boolean shared) {
    PendingResult<FileLock> result = new PendingResult<>(this);
    lock(position, size, shared, result);
    return result;
  }

  @Override
  public <A extends @Nullable Object> void lock(
      long position,
      long size,
      boolean shared,
      A attachment,
      CompletionHandler<FileLock, ? super A> handler) {
    Objects.requireNonNull(handler);
    lock(position, size, shared, Completion.of(handler, attachment));
  }

  /** Takes the lock at once, as only this file system's channels lock, and they never wait; only the news is late. */
  private void lock(long position, long size, boolean shared, Completion<FileLock> completion) {
    LockTable.Lock lock;
    try {
      lock = take(position, size, shared);
    } catch (IOException e) {
      completion.early(() -> completion.failed(e), executor);
      return;
    }
    try {
      executor.execute(() -> hand(lock, completion));
    } catch (RejectedExecutionException e) {
      locks.release(lock);
      throw e;
    }
  }

  private void hand(LockTable.Lock lock, Completion<FileLock> completion) {
    if (!isOpen()) {
      completion.failed(new AsynchronousCloseException());
    } else if (!completion.succeeded(lock)) {
      locks.release(lock);
    }
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return take(position, size, shared);
  }

  private LockTable.Lock take(long position, long size, boolean shared) throws IOException {
    if (shared) {
      checkReadable();
    } else {
      checkWritable();
    }
    return run(() -> locks.lock(handle.node(), this, position, size, shared));
  }

  @Override
  public long size() throws IOException {
    return run(handle::size);
  }

  @Override
  public AsynchronousFileChannel truncate(long size) throws IOException {
    checkNotNegative(size);
    checkWritable();
    return run(() -> {
      if (size < handle.size()) {
        handle.truncate(size);
      }
      return this;
    });
  }

  @Override
  public void force(boolean metaData) throws IOException {
    run(() -> {
      handle.sync();
      return this;
    });
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (!open) {
        return;
      }
      open = false;
    }
    use.writeLock().lock(); // waits for what is running
    try {
      locks.release(handle.node(), this);
      handle.close();
    } catch (PosixException e) {
      throw Failures.ofChannel(e);
    } finally {
      use.writeLock().unlock();
    }
  }

  private <V> V run(Operation<V> operation) throws IOException {
    try {
      return runIfOpen(operation);
    } catch (PosixException e) {
      if (e.errno() == Errno.EBADF) {
        close(); // the file system was closed
      }
      throw Failures.ofChannel(e);
    }
  }

  private <V> V runIfOpen(Operation<V> operation) throws IOException {
    boolean interrupted = false;
    use.readLock().lock();
    try {
      while (isOpen()) {
        try {
          return operation.run();
        } catch (PosixException e) {
          if (e.errno() != Errno.EINTR || !Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
        }
      }
      throw new ClosedChannelException();
    } finally {
      use.readLock().unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void checkReadable() {
    if (!flags.contains(OpenFlag.READ)) {
      throw new NonReadableChannelException();
    }
  }

  private void checkWritable() {
    if (!flags.contains(OpenFlag.WRITE)) {
      throw new NonWritableChannelException();
    }
  }

  private static void checkNotNegative(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
  }
}
