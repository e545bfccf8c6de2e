package dev.layerfs.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The result of an operation as a future. What {@link java.nio.channels.AsynchronousChannel} leaves open about cancelling
 * is as in the JDK's own channels: one that may interrupt closes the channel.
 */
final class PendingResult<V> extends CompletableFuture<V> implements Completion<V> {
  private final AsynchronousChannel channel;

  PendingResult(AsynchronousChannel channel) {
    this.channel = channel;
  }

  @Override
  public boolean succeeded(V result) {
    return complete(result);
  }

  @Override
  public void failed(Exception failure) {
    completeExceptionally(failure);
  }

  @Override
  public void early(Runnable end, Executor executor) {
    end.run();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = completeExceptionally(new CancellationException());
    if (cancelled && mayInterruptIfRunning) {
      try {
        channel.close();
      } catch (IOException e) {
        return true; // the operation is cancelled all the same
      }
    }
    return cancelled;
  }
}
