package dev.layerfs.build;

import dev.layerfs.erofs.LayerFile;
import dev.layerfs.posix.Timespec;
import java.io.IOException;

/** The entries of a new layer. */
interface LayerEntries extends LayerFile.Source {
  /** Says whether there are none; to be asked before the first is taken. */
  boolean isEmpty() throws IOException;

  /** Returns how many bytes of content all entries have; {@link dev.layerfs.store.Progress#UNKNOWN} before they are read. */
  long total();

  /** Returns the latest modification time of the entries so far; the epoch if none is after it. */
  Timespec latest();
}
