package dev.layerfs.union.differential;

import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.ImageTree;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** An image of the two layers of many cases, made as any image is: from tars. */
final class TwoLayerImage implements AutoCloseable {
  private final ErofsImage first;
  private final ErofsImage second;
  private final ErofsImage tree;

  private TwoLayerImage(ErofsImage first, ErofsImage second, ErofsImage tree) {
    this.first = first;
    this.second = second;
    this.tree = tree;
  }

  /** Writes an image into three files of a directory. */
  static TwoLayerImage of(Path directory, List<Case> cases) throws IOException {
    Path second = layer(directory.resolve("second.erofs"), Planted.of(cases, State::secondObjects));
    Path first = layer(directory.resolve("first.erofs"), Planted.of(cases, State::firstObjects));
    List<ErofsImage> layers =
        List.of(ErofsImage.open(second, List.of()), ErofsImage.open(first, List.of()));
    Path tree = directory.resolve("tree.erofs");
    try (FileChannel out = create(tree)) {
      ImageTree.write(layers, List.of("0".repeat(64), "1".repeat(64)), new byte[16], out);
    }
    ErofsImage image = ErofsImage.open(tree, List.of(second, first));
    return new TwoLayerImage(layers.get(1), layers.get(0), image);
  }

  private static Path layer(Path file, List<Planted> objects) throws IOException {
    TarBuilder tar = new TarBuilder();
    objects.forEach(object -> add(tar, object));
    try (FileChannel out = create(file);
        ChangesetReader changes = new ChangesetReader(
            new ByteArrayInputStream(tar.build()), "layer of cases", Limits.DEFAULT)) {
      LayerFile.write(changes, out, () -> new byte[16]);
    }
    return file;
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void add(TarBuilder tar, Planted object) {
    String path = object.path();
    switch (object.role()) {
      case HARD_LINK -> tar.hardLink(path, object.content());
      case WHITEOUT -> {
        int name = path.lastIndexOf('/') + 1;
        tar.whiteout(path.substring(0, name), path.substring(name));
      }
      case OPAQUE -> {
        tar.add(entry(object));
        tar.opaque(path + "/");
      }
      case PLAIN -> tar.add(entry(object));
    }
  }

  private static TarEntryBuilder entry(Planted object) {
    String path = object.path();
    TarEntryBuilder entry = switch (object.type()) {
      case DIRECTORY -> TarEntryBuilder.directory(path + "/");
      case SYMLINK -> TarEntryBuilder.of('2', path).link(object.content());
      case FIFO -> TarEntryBuilder.of('6', path);
      case CHARACTER_DEVICE -> TarEntryBuilder.of('3', path).device(object.major(), object.minor());
      default -> TarEntryBuilder.file(path, Name.encode(object.content()));
    };
    object.xattrs().forEach((name, value) -> entry.xattr(name, Name.encode(value)));
    return entry
        .mode(object.mode())
        .owner(object.metadata().uid(), object.metadata().gid())
        .mtime(object.mtime().seconds(), object.mtime().nanos());
  }

  ErofsImage tree() {
    return tree;
  }

  @Override
  public void close() throws IOException {
    tree.close();
    first.close();
    second.close();
  }
}
