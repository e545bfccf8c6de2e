package dev.layerfs.erofs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** Writes image trees: the merge of layers, bottom first. */
public final class ImageTree {
  private ImageTree() {}

  /** What was written. */
  public record Summary(long inodes, long fileBytes) {}

  /**
   * layers: opened layer files, bottom first; tags: one per layer, at most 64 ASCII characters (diff id hex), device tags;
   * subject for messages.
   */
  public static Summary write(
      List<ErofsImage> layers, List<String> tags, byte[] uuid, FileChannel out) throws IOException {
    throw new UnsupportedOperationException();
  }
}
