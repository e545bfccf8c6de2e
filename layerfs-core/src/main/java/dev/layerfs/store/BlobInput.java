package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongConsumer;

/**
 * Reads a blob whose digest and size are promised, and shows a sink what is read. Never more than the promised size is read,
 * and {@link #requireComplete} tells whether the promise holds.
 */
final class BlobInput extends InputStream {
  private static final int DRAIN = 64 << 10;

  private final InputStream in;
  private final String subject;
  private final long size;
  private final DigestSink hash;
  private final ByteSink sink;
  private final LongConsumer progress;
  private long count;
  private boolean finished;

  /**
   * Begins.
   *
   * @param in the blob's bytes
   * @param digest its promised digest
   * @param size its promised size
   * @param hash computes its digest from what the sink passes on
   * @param sink is shown what is read
   * @param progress is told the number of bytes of each read
   */
  BlobInput(
      InputStream in,
      Digest digest,
      long size,
      DigestSink hash,
      ByteSink sink,
      LongConsumer progress) {
    this.in = in;
    this.subject = "blob " + digest;
    this.size = size;
    this.hash = hash;
    this.sink = sink;
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while reading " + subject);
    }
    int read = in.read(bytes, offset, length);
    if (read < 0) {
      return -1;
    }
    count += read;
    if (count > size) {
      throw new DigestMismatchException(subject, size + " bytes", "more");
    }
    sink.accept(bytes, offset, read);
    progress.accept(read);
    return read;
  }

  /**
   * Reads what is left.
   *
   * @throws DigestMismatchException if size or digest are not as promised
   */
  void requireComplete() throws IOException {
    if (finished) {
      return;
    }
    byte[] rest = new byte[DRAIN];
    while (read(rest, 0, rest.length) >= 0) {
      // the sink takes it
    }
    if (count != size) {
      throw new DigestMismatchException(subject, size + " bytes", count + " bytes");
    }
    sink.finish();
    finished = true;
    hash.requireMatch(subject);
  }
}
