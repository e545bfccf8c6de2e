package dev.layerfs.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Does several things at once, all of them or, if one fails, no more than were begun. */
public final class ParallelTasks {
  private ParallelTasks() {}

  /** Something to do. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does it.
     *
     * @throws IOException if it fails
     */
    void run() throws IOException;
  }

  /**
   * Runs tasks. When this returns none is running any more.
   *
   * @param name the threads' name
   * @param atOnce how many at once at most
   * @param tasks the tasks, begun in this order
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status is then set
   * @throws IOException if one fails; the others are interrupted
   */
  public static void run(String name, int atOnce, List<Task> tasks) throws IOException {
    if (tasks.isEmpty()) {
      return;
    }
    int threads = Math.min(tasks.size(), atOnce);
    ExecutorService pool = Executors.newFixedThreadPool(threads, task -> thread(name, task));
    try {
      CompletionService<Boolean> running = new ExecutorCompletionService<>(pool);
      for (Task task : tasks) {
        running.submit(() -> {
          task.run();
          return true;
        });
      }
      for (int i = 0; i < tasks.size(); i++) {
        await(running);
      }
    } finally {
      shutDown(pool);
    }
  }

  private static void await(CompletionService<Boolean> running) throws IOException {
    try {
      running.take().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Nobody may use what the tasks use when this returns. */
  private static void shutDown(ExecutorService pool) {
    pool.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = pool.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
