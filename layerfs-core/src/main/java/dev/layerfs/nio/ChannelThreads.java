package dev.layerfs.nio;

import java.io.Closeable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the asynchronous channels of a file system that were given none: daemons, as many as there are operations
 * under way, as in the JDK's own default. They end when they were idle for a minute, or with the file system.
 */
final class ChannelThreads implements Closeable {
  private static final long IDLE_SECONDS = 60;

  private final String name;
  private @Nullable ExecutorService pool; // guarded by this

  /** Names the threads; none is started yet. */
  ChannelThreads(String name) {
    this.name = name;
  }

  /** Returns what runs operations. It refuses none: one that comes after {@link #close} gets a thread of its own. */
  synchronized ExecutorService executor() {
    ExecutorService known = pool;
    if (known == null) {
      known = new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          this::thread,
          (task, ended) -> thread(task).start());
      pool = known;
    }
    return known;
  }

  /** A thread that keeps nothing of the one that happens to need it alive. */
  private Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the threads; operations under way are finished. */
  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.shutdown();
    }
  }
}
