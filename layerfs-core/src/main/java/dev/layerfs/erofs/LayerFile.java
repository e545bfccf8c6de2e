package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.Supplier;

/** Writes layer files: one pass over a changeset. */
public final class LayerFile {
  private LayerFile() {}

  /** What was written. */
  public record Summary(
      long entries, long files, long contentBytes, long fileBytes, List<String> notes) {}

  /**
   * Reads the changeset to its end and writes its layer file into the channel (empty, opened for read and write), then
   * the superblock last. uuid is asked for when the changeset is exhausted (so that it can come from the diff id), 16 bytes.
   */
  public static Summary write(ChangesetReader changes, FileChannel out, Supplier<byte[]> uuid)
      throws IOException {
    throw new UnsupportedOperationException();
  }
}
