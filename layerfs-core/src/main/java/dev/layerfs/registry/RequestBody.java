package dev.layerfs.registry;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** What a request sends. It can be sent again, from its beginning, and tells how much of it has been taken. */
final class RequestBody {
  private final BlobContent content;
  private final long offset;
  private final long length;
  private final LongConsumer progress;
  private final AtomicLong taken = new AtomicLong();

  private RequestBody(BlobContent content, long offset, long length, LongConsumer progress) {
    this.content = content;
    this.offset = offset;
    this.length = length;
    this.progress = progress;
  }

  /** A document. */
  static RequestBody of(byte[] document) {
    return new RequestBody(
        () -> new ByteArrayInputStream(document), 0, document.length, bytes -> {});
  }

  /**
   * A range of a blob.
   *
   * @param progress is told the number of bytes of each read, also of those that are read again
   */
  static RequestBody of(BlobContent content, long offset, long length, LongConsumer progress) {
    return new RequestBody(content, offset, length, progress);
  }

  /** Returns how many bytes have been taken for sending so far, over all attempts. */
  long taken() {
    return taken.get();
  }

  BodyPublisher publisher() {
    return length == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::open), length);
  }

  private InputStream open() {
    try {
      InputStream in = content.open();
      try {
        in.skipNBytes(offset);
        return new Range(in);
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends where the range ends, and counts. */
  private final class Range extends FilterInputStream {
    private long left = length;

    Range(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int start, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, start, (int) Math.min(count, left));
      if (read > 0) {
        left -= read;
        taken.addAndGet(read);
        progress.accept(read);
      }
      return read;
    }
  }
}
