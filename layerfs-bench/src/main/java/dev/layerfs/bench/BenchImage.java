package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Path;

/** An image that a benchmark makes for itself, the same each time. */
public interface BenchImage {
  /** The time of every file, in milliseconds since 1970. */
  long MODIFIED = 1_700_000_000_000L;

  /** Returns the number of layers. */
  int layers();

  /** Writes the image to a new file as a docker archive. */
  void write(Path archive) throws IOException;

  /** Writes the files of a layer, from 0 for the lowest, to a plain directory that may have those of other layers. */
  void unpack(int layer, Path target) throws IOException;
}
