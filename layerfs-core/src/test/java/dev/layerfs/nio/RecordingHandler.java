package dev.layerfs.nio;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Notes how an operation ended, with which attachment and on which thread. */
final class RecordingHandler<V> implements CompletionHandler<V, Object> {
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private volatile Thread thread;

  @Override
  public void completed(V result, Object attachment) {
    thread = Thread.currentThread();
    end.complete(result + " " + attachment);
  }

  @Override
  public void failed(Throwable failure, Object attachment) {
    thread = Thread.currentThread();
    end.complete(failure.getClass().getSimpleName() + " " + attachment);
  }

  boolean isDone() {
    return end.isDone();
  }

  /** Waits for the end: result or exception, then the attachment. */
  String end() throws InterruptedException, ExecutionException, TimeoutException {
    return end.get(30, TimeUnit.SECONDS);
  }

  Thread thread() {
    return thread;
  }
}
