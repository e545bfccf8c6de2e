package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetWriter;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.posix.PosixView;
import dev.layerfs.store.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Writes all that is in a tree as a tar. */
public final class Export {
  private static final int BUFFER = 128 << 10;

  private Export() {}

  /**
   * Writes a tree.
   *
   * @param tree the tree, which must not change
   * @param out where the tar goes; not closed
   * @param listener is told how much was written
   */
  public static void write(PosixView tree, OutputStream out, Progress.Listener listener)
      throws IOException {
    TreeEntries all = TreeEntries.ofAll(tree, new TimeClamp(Optional.empty()));
    LayerFile.Source entries = new WatchedEntries(all, new Progress(listener, all.total()));
    ChangesetWriter tar = new ChangesetWriter(new BufferedOutputStream(out, BUFFER));
    for (ChangesetEntry entry = entries.next(); entry != null; entry = entries.next()) {
      tar.add(entry);
      if (entry.kind() == ChangesetEntry.Kind.FILE) {
        entries.readData(tar::content);
      }
    }
    tar.finish();
  }
}
