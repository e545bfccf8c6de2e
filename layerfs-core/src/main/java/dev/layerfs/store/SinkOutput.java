package dev.layerfs.store;

import java.io.IOException;
import java.io.OutputStream;

/** A stream into a sink, which is not closed with it. */
final class SinkOutput extends OutputStream {
  private final ByteSink sink;

  SinkOutput(ByteSink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    sink.accept(bytes, offset, length);
  }
}
