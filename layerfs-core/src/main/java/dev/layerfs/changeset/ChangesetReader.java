package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

public final class ChangesetReader implements Closeable {
  /** tar: uncompressed layer tar; subject: for messages e.g. "layer sha256:…". */
  public ChangesetReader(InputStream tar, String subject, Limits limits) {
    throw new UnsupportedOperationException();
  }

  /** Next entry or null at the end of the archive; the rest of the stream is then drained (bounded). */
  public @Nullable ChangesetEntry next() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Content of the current FILE entry. */
  public void readData(DataSink sink) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Things dropped or ignored so far, for the layer's record. */
  public List<String> notes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
