package dev.layerfs.union;

import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.ImageTree;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** An image of one layer, written and read by the library's own EROFS code. */
final class TestImage implements AutoCloseable {
  private final ErofsImage layer;
  private final ErofsImage tree;

  private TestImage(ErofsImage layer, ErofsImage tree) {
    this.layer = layer;
    this.tree = tree;
  }

  /** Writes an image of a layer into two files of a directory. */
  static TestImage of(Path directory, TarBuilder tar) throws IOException {
    Path layerFile = directory.resolve("layer.erofs");
    Path treeFile = directory.resolve("tree.erofs");
    try (FileChannel out = create(layerFile);
        ChangesetReader changes = new ChangesetReader(
            new ByteArrayInputStream(tar.build()), "test layer", Limits.DEFAULT)) {
      LayerFile.write(changes, out, () -> new byte[16]);
    }
    ErofsImage layer = ErofsImage.open(layerFile, List.of());
    try (FileChannel out = create(treeFile)) {
      ImageTree.write(List.of(layer), List.of("0".repeat(64)), new byte[16], out);
    }
    return new TestImage(layer, ErofsImage.open(treeFile, List.of(layerFile)));
  }

  private static FileChannel create(Path file) throws IOException {
    Files.deleteIfExists(file);
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  ErofsImage tree() {
    return tree;
  }

  @Override
  public void close() throws IOException {
    tree.close();
    layer.close();
  }
}
