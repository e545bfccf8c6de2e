package dev.layerfs.examples;

import dev.layerfs.ProgressListener;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Tells how much was written to a stream, of which nobody knows how much it will be. */
final class CountedOutput extends FilterOutputStream {
  private static final int UNKNOWN = -1;

  private final String what;
  private final ProgressListener progress;
  private long written;

  CountedOutput(OutputStream out, String what, ProgressListener progress) {
    super(out);
    this.what = what;
    this.progress = progress;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    written(1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    written(length);
  }

  private void written(int length) {
    written += length;
    progress.progress(what, written, UNKNOWN);
  }
}
