package dev.layerfs.registry;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A range of a blob, or all of it, as a stream that goes on where it was when a connection breaks off. A server that can't go
 * on there, or has something else now, is asked for the whole blob, and what was read already is passed over; whoever reads
 * compares the whole with the digest. Never longer than the range. Where one address fails, the next is asked.
 */
final class BlobRange extends InputStream {
  /** So many bytes are progress, which earns new attempts. */
  private static final int PROGRESS = 1 << 20;

  private final Queue<BlobAddress> addresses;
  private final Retries retries;
  private final long size;
  private long position;
  private long end;
  private long lastFailure;
  private int failures;
  private @Nullable Response response;
  private String etag = "";

  /**
   * Prepares; nothing is asked yet.
   *
   * @param addresses where the blob is, the best first; at least one
   * @param retries how often to try again
   * @param from the first byte
   * @param to one past the last
   */
  BlobRange(List<BlobAddress> addresses, Retries retries, long from, long to) {
    this.addresses = new ArrayDeque<>(addresses);
    this.retries = retries;
    this.size = addresses.get(0).blob().size();
    this.position = from;
    this.end = to;
    this.lastFailure = from;
  }

  /**
   * Connects, unless it has.
   *
   * @return whether the server delivers ranges
   */
  boolean connect() throws IOException {
    return connected().status() == 206;
  }

  /** Reads on to the end of the blob; for servers that deliver only whole ones. */
  BlobRange whole() {
    end = size;
    return this;
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
    while (position < end) {
      Response open = connected();
      try {
        int count = open.body().read(bytes, offset, (int) Math.min(length, end - position));
        if (count > 0) {
          position += count;
          return count;
        }
        throw new ConnectionFailure(open.request(), "the body ends at byte " + position);
      } catch (ConnectionFailure e) {
        recover(e, null);
      }
    }
    return -1;
  }

  private Response connected() throws IOException {
    while (response == null) {
      try {
        Response asked = ask();
        if (Retries.isTransient(asked.status())) {
          try (asked) {
            recover(ErrorBody.exception(asked), asked);
          }
        } else {
          response = accept(asked);
        }
      } catch (ConnectionFailure e) {
        recover(e, null);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        nextAddress(e);
      }
    }
    return response;
  }

  private Response ask() throws IOException {
    BlobAddress address = addresses.element();
    return position == 0 && end == size ? address.get() : address.get(position, end);
  }

  private Response accept(Response asked) throws IOException {
    try {
      if (asked.status() == 206 && continues(asked)) {
        etag = etag(asked);
        return asked;
      }
      if (asked.status() == 200) {
        return wholeBlob(asked);
      }
      if (asked.status() == 404) {
        throw new NotFoundException(
            "blob in the registry " + addresses.element().endpoint().registry(),
            addresses.element().blob().digest().toString());
      }
      if (asked.status() != 206 && asked.status() != 416) {
        asked.expect(200);
      }
    } catch (IOException e) {
      asked.close();
      throw e;
    }
    asked.discard();
    return wholeBlob(addresses.element().get().expect(200));
  }

  /** Passes over what is before the position. */
  private Response wholeBlob(Response asked) throws IOException {
    try {
      OptionalLong length = asked.length();
      if (length.isPresent() && length.getAsLong() != size) {
        throw new DigestMismatchException(
            asked.request(), size + " bytes", length.getAsLong() + " bytes");
      }
      etag = etag(asked);
      long left = position;
      byte[] passed = new byte[(int) Math.min(left, 64 << 10)];
      while (left > 0) {
        int count = asked.body().read(passed, 0, (int) Math.min(left, passed.length));
        if (count < 0) {
          throw new ConnectionFailure(asked.request(), "the body ends before byte " + position);
        }
        left -= count;
      }
      return asked;
    } catch (IOException e) {
      asked.close();
      throw e;
    }
  }

  /** Whether it is the range that was asked for, of the content that has been read so far. */
  private boolean continues(Response asked) {
    String now = etag(asked);
    return isRange(asked, position, end, size)
        && (etag.isEmpty() || now.isEmpty() || etag.equals(now));
  }

  /** Whether the {@code Content-Range} is these bytes of that many. */
  static boolean isRange(Response response, long from, long to, long size) {
    String expected = "bytes " + from + "-" + (to - 1) + "/";
    String range = response.header("Content-Range").orElse("");
    return range.equals(expected + size) || range.equals(expected + "*");
  }

  /** Only strong tags tell contents apart (RFC 9110, section 8.8.1). */
  private static String etag(Response response) {
    return response.header("ETag").filter(tag -> tag.startsWith("\"")).orElse("");
  }

  private void recover(IOException failure, @Nullable Response answer) throws IOException {
    disconnect();
    if (position - lastFailure >= PROGRESS) {
      failures = 0;
    }
    lastFailure = position;
    failures++;
    if (!retries.allows(failures)) {
      nextAddress(failure);
    } else if (answer != null) {
      retries.pause(failures, answer);
    } else {
      retries.pause(failures);
    }
  }

  private void nextAddress(IOException failure) throws IOException {
    if (addresses.size() == 1) {
      throw failure;
    }
    addresses.remove();
    etag = "";
    failures = 0;
  }

  private void disconnect() throws IOException {
    if (response != null) {
      response.close();
      response = null;
    }
  }

  @Override
  public void close() throws IOException {
    disconnect();
  }
}
