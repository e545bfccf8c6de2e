package dev.layerfs.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A writable root directory with the files of an image.
 *
 * @param path where it is
 * @param end takes it away: closes the container, unmounts, or deletes the copy
 */
record Root(Path path, Closeable end) implements Closeable {
  @Override
  public void close() throws IOException {
    end.close();
  }
}
