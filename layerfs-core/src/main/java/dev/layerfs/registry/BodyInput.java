package dev.layerfs.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as a stream that does not wait for ever, which the JDK's own streams do: reading fails when it has
 * waited for the idle timeout and not got {@link #ENOUGH} bytes meanwhile, so a byte now and then does not keep it alive.
 * Time in which nobody reads does not count. Bytes that were not asked for are not fetched, but for two buffers.
 */
final class BodyInput extends InputStream implements BodySubscriber<BodyInput> {
  private static final int ENOUGH = 1_024;
  private static final int AHEAD = 2;

  /** What the HTTP client has delivered: buffers, or the end, and what it failed of. */
  private record Delivery(
      List<ByteBuffer> buffers, boolean last, @Nullable Throwable failure) {}

  private final String request;
  private final long idleNanos;
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
  private final Queue<ByteBuffer> buffers = new ArrayDeque<>();
  private long waited;
  private int received;
  private @Nullable Delivery end;
  private volatile boolean closed;

  /**
   * Makes a stream.
   *
   * @param request what was asked, for messages
   * @param idleTimeout how long reading may wait
   */
  BodyInput(String request, Duration idleTimeout) {
    this.request = request;
    this.idleNanos = idleTimeout.toNanos();
  }

  @Override
  public CompletionStage<BodyInput> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    if (!subscription.complete(given)) {
      given.cancel();
    } else if (closed) {
      given.cancel();
    } else {
      given.request(AHEAD);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    deliveries.add(new Delivery(item, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    deliveries.add(new Delivery(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    deliveries.add(new Delivery(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = buffers.peek();
    while (buffer == null || !buffer.hasRemaining()) {
      if (buffer != null) {
        buffers.remove();
      } else if (!fill()) {
        return -1;
      }
      buffer = buffers.peek();
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, count);
    return count;
  }

  /** Waits for buffers; false at the end. */
  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    Delivery delivery = end != null ? end : await();
    if (delivery.last()) {
      end = delivery;
      if (delivery.failure() != null) {
        String kind = delivery.failure().getClass().getSimpleName();
        throw new ConnectionFailure(request, "the body broke off (" + kind + ")");
      }
      return false;
    }
    for (ByteBuffer buffer : delivery.buffers()) {
      received += buffer.remaining();
      buffers.add(buffer);
    }
    subscription.join().request(1);
    return true;
  }

  private Delivery await() throws IOException {
    if (received >= ENOUGH) {
      received = 0;
      waited = 0;
    }
    long from = System.nanoTime();
    Delivery delivery;
    try {
      delivery = deliveries.poll(idleNanos - waited, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a registry");
    }
    waited += System.nanoTime() - from;
    if (delivery == null) {
      throw new ConnectionFailure(
          request,
          "fewer than " + ENOUGH + " bytes came within " + TimeUnit.NANOSECONDS.toMillis(idleNanos)
              + " ms");
    }
    return delivery;
  }

  /** Gives the connection up unless the body has come to its end. */
  @Override
  public void close() {
    closed = true;
    Subscription given = subscription.getNow(null);
    if (given != null) {
      given.cancel();
    }
  }
}
