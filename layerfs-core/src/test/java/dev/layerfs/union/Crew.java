package dev.layerfs.union;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that begin at the same moment. When one fails the others stop; when one hangs all stacks are shown. */
final class Crew {
  private static final long LIMIT_SECONDS = 300;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();

  /** What one of the threads does. */
  interface Job {
    void run(int worker, Crew crew) throws Exception;
  }

  private Crew() {}

  /** Does a job in several threads at once, and waits until all have done it. */
  static void work(int workers, Job job) {
    Crew crew = new Crew();
    CyclicBarrier start = new CyclicBarrier(workers);
    for (int i = 0; i < workers; i++) {
      int worker = i;
      Thread thread = new Thread(() -> crew.run(start, worker, job), "worker " + i);
      thread.setDaemon(true);
      crew.threads.add(thread);
    }
    crew.threads.forEach(Thread::start);
    crew.await();
  }

  /** Whether the work should go on. */
  boolean isWell() {
    return failure.get() == null;
  }

  void interrupt(int worker) {
    threads.get(worker).interrupt();
  }

  private void run(CyclicBarrier start, int worker, Job job) {
    try {
      start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      job.run(worker, this);
    } catch (InterruptedException | BrokenBarrierException e) {
      failure.compareAndSet(null, new AssertionError("not all workers began", e));
    } catch (Throwable e) { // also errors: another thread is to throw them
      failure.compareAndSet(null, e);
    }
  }

  private void await() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    for (Thread thread : threads) {
      join(thread, deadline);
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError(thrown.getMessage(), thrown);
    }
  }

  private void join(Thread thread, long deadline) {
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      thread.join(Math.max(left, 1));
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    if (thread.isAlive()) {
      throw new AssertionError(thread.getName() + " hangs\n" + stacks(), failure.get());
    }
  }

  private static String stacks() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> thread :
        Thread.getAllStackTraces().entrySet()) {
      text.append(thread.getKey())
          .append(' ')
          .append(thread.getKey().getState())
          .append('\n');
      for (StackTraceElement element : thread.getValue()) {
        text.append("  ").append(element).append('\n');
      }
    }
    return text.toString();
  }
}
