package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Writes image trees. An image tree is an EROFS file that holds the merge of an image's layers without their content:
 * each regular file is one chunk on the extra device that is its layer's file. It has no whiteouts and no marks: Linux
 * mounts it, with the layer files as {@code device=} options in their order, and shows the image.
 *
 * <p>A function of the layer files, tags and UUID alone. Takes memory for each inode (some 150 bytes).
 */
public final class ImageTree {
  private ImageTree() {}

  /**
   * What was written.
   *
   * @param inodes inodes of the tree
   * @param fileBytes length of the image tree's file
   */
  public record Summary(long inodes, long fileBytes) {}

  /**
   * Merges layers and writes their image tree.
   *
   * @param layers the layer files, bottom first, 65,535 at most
   * @param tags a tag for each layer, 1 to 64 ASCII characters: its device tag, and its name in messages
   * @param uuid the file's identifier, 16 bytes
   * @param out an empty file, opened for writing; neither forced nor closed. After an exception its content is of no use
   * @return what was written
   * @throws MalformedImageException if a layer has entries below what is no directory in the layers beneath it, or hard
   *     links to what they don't have
   * @throws UnsupportedImageException if there are too many layers
   * @throws IOException if a layer file is damaged, or reading or writing fails
   */
  public static Summary write(
      List<ErofsImage> layers, List<String> tags, byte[] uuid, FileChannel out) throws IOException {
    if (layers.size() != tags.size() || uuid.length != 16) {
      throw new IllegalArgumentException("a tag for each layer, and a UUID of 16 bytes");
    }
    if (layers.size() > MAX_DEVICES) {
      throw new UnsupportedImageException(
          layers.size() + " layers", "an EROFS file has " + MAX_DEVICES + " devices at most");
    }
    TreeMerge merge = new TreeMerge(MergeListener.NONE);
    for (int i = 0; i < layers.size(); i++) {
      merge.apply(new LayerView(layers.get(i), i, tags.get(i)));
    }
    byte[] head = head(DeviceTable.encode(layers, tags));
    BlockOutput output = new BlockOutput(out);
    output.seek(BLOCK_SIZE);
    output.write(head, BLOCK_SIZE, head.length - BLOCK_SIZE);
    MetadataWriter.Result metadata =
        MetadataWriter.write(merge.root(), head.length / BLOCK_SIZE, output);
    Superblock.of(uuid, metadata, layers.size()).encode(head);
    output.writeAt(0, head, 0, BLOCK_SIZE);
    return new Summary(metadata.inodes(), metadata.endBlock() * BLOCK_SIZE);
  }

  /** Returns the blocks before the metadata, with all but the superblock in place. */
  private static byte[] head(byte[] deviceTable) {
    int tableOffset = SUPER_OFFSET + SUPER_SIZE;
    byte[] head = new byte[(int) roundUp(tableOffset + deviceTable.length, BLOCK_SIZE)];
    System.arraycopy(deviceTable, 0, head, tableOffset, deviceTable.length);
    return head;
  }
}
