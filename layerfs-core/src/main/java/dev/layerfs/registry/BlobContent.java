package dev.layerfs.registry;

import java.io.IOException;
import java.io.InputStream;

/** The content of a blob that is pushed. */
@FunctionalInterface
public interface BlobContent {
  /**
   * Opens the content at its beginning; called again whenever something has to be sent again.
   *
   * @return a stream of the blob's bytes, which the caller closes
   * @throws IOException if it can't be read
   */
  InputStream open() throws IOException;
}
