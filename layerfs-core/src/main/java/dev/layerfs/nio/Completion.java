package dev.layerfs.nio;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Who is told, once, how an operation of an asynchronous channel ended. */
interface Completion<V> {
  /**
   * Ends the operation with its result.
   *
   * @return false if nobody takes it, as the operation was cancelled
   */
  boolean succeeded(V result);

  /** Ends the operation with what went wrong. */
  void failed(Exception failure);

  /** Whether nobody waits for the operation any more. */
  boolean isCancelled();

  /** Tells the end of an operation that was over before it began. */
  void early(Runnable end, Executor executor);

  /** Tells a handler: on a thread of the executor, never on the one that started the operation. */
  static <V, A extends @Nullable Object> Completion<V> of(
      CompletionHandler<V, ? super A> handler, A attachment) {
    return new Completion<>() {
      @Override
      public boolean succeeded(V result) {
        handler.completed(result, attachment);
        return true;
      }

      @Override
      public void failed(Exception failure) {
        handler.failed(failure, attachment);
      }

      @Override
      public boolean isCancelled() {
        return false;
      }

      @Override
      public void early(Runnable end, Executor executor) {
        executor.execute(end);
      }
    };
  }
}
