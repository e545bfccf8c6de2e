package dev.layerfs.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Shows a sink what is read. Nothing can be skipped. */
final class TeeInput extends FilterInputStream {
  private final ByteSink sink;

  TeeInput(InputStream in, ByteSink sink) {
    super(in);
    this.sink = sink;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      sink.accept(bytes, offset, read);
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[(int) Math.min(Math.max(count, 0), 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
