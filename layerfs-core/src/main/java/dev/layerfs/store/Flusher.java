package dev.layerfs.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * Makes files durable while others are still being written. Several at once, because a journaling file system commits what
 * waits at the same time together.
 */
final class Flusher implements Closeable {
  private static final int FORCING_THREADS = 8;

  private final ExecutorService forcing =
      Executors.newFixedThreadPool(FORCING_THREADS, daemons("layerfs-flush"));
  private final ExecutorService helping = Executors.newCachedThreadPool(daemons("layerfs-digest"));
  private final Queue<Future<?>> tasks = new ConcurrentLinkedQueue<>();
  private final Set<FileChannel> open = ConcurrentHashMap.newKeySet();

  /** Something that makes a file durable. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  /** Makes daemon threads: an application that ends does not wait for them. */
  static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns threads for work that must not wait for other work. */
  Executor threads() {
    return helping;
  }

  /** Sees to it that a channel is closed in the end. */
  FileChannel track(FileChannel channel) {
    open.add(channel);
    return channel;
  }

  /** Runs a task that makes a tracked channel durable, and closes the channel. */
  void submit(FileChannel channel, Task task) {
    tasks.add(forcing.submit(() -> {
      try (channel) {
        task.run();
      }
      open.remove(channel);
      return null;
    }));
  }

  /** Runs a task that makes something durable. */
  void submit(Task task) {
    tasks.add(forcing.submit(() -> {
      task.run();
      return null;
    }));
  }

  /**
   * Waits for all tasks, and for those that they have submitted.
   *
   * @throws IOException if one has failed: what it was to make durable must be given up
   */
  void await() throws IOException {
    try {
      for (Future<?> task = tasks.poll(); task != null; task = tasks.poll()) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the threads, and closes what is still open. Nobody writes to the staging area when this returns. */
  @Override
  public void close() throws IOException {
    forcing.shutdownNow();
    helping.shutdownNow();
    Uninterruptibles.awaitTerminationUninterruptibly(forcing);
    Closing.all(open);
  }
}
