package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetWriter;
import dev.layerfs.posix.PosixView;
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
   */
  public static void write(PosixView tree, OutputStream out) throws IOException {
    TreeEntries entries = TreeEntries.ofAll(tree, new TimeClamp(Optional.empty()));
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
