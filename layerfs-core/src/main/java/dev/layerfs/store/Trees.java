package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.ImageTree;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** Makes image trees. They follow from their layer files, so one that is missing is made again. */
public final class Trees {
  private static final ChainId NO_LAYERS = new ChainId(Digest.sha256(new byte[0]));

  private Trees() {}

  /**
   * Returns what a stack of layers is known by.
   *
   * @param diffIds the layers, bottom first
   * @return its ChainID, which the spec does not define for no layers
   */
  public static ChainId chainId(List<DiffId> diffIds) {
    return diffIds.isEmpty() ? NO_LAYERS : ChainId.of(diffIds);
  }

  /**
   * Writes the tree of a stack of layers into a new file, and makes it durable, but not its name.
   *
   * @param io writes
   * @param file the new file
   * @param diffIds the layers, bottom first
   * @param layerFile says where a layer's file is
   */
  static void write(StoreIo io, Path file, List<DiffId> diffIds, Function<DiffId, Path> layerFile)
      throws IOException {
    try (FileChannel channel = io.create(file);
        OpenLayers layers = OpenLayers.open(diffIds, layerFile)) {
      byte[] uuid = uuid(chainId(diffIds).digest().encoded());
      ImageTree.write(layers.files(), layers.tags(), uuid, channel);
      io.force(channel);
    }
  }

  /** The identity of a layer file or tree: the first half of the digest of what it was made from. */
  static byte[] uuid(String hex) {
    return Arrays.copyOf(HexFormat.of().parseHex(hex), 16);
  }

  /**
   * Opens the tree of a stack of layers, made first if it is missing or seen to be damaged.
   *
   * @throws NoSuchFileException if a layer is missing
   */
  static ErofsImage open(Session session, List<DiffId> diffIds) throws IOException {
    StorePaths paths = session.paths();
    Path tree = paths.tree(chainId(diffIds));
    List<Path> layers = diffIds.stream().map(paths::layerFile).toList();
    requireAll(layers);
    if (Files.exists(tree)) {
      try {
        return ErofsImage.open(tree, layers);
      } catch (StoreCorruptException e) {
        System.getLogger(Trees.class.getName())
            .log(System.Logger.Level.WARNING, "made again: {0}", e.getMessage());
      }
    }
    make(session, diffIds);
    return ErofsImage.open(tree, layers);
  }

  /** Makes the tree of a stack of layers, in the place of one that may be there. */
  static void make(Session session, List<DiffId> diffIds) throws IOException {
    Path tree = session.paths().tree(chainId(diffIds));
    Path staged = session.newPath();
    try {
      write(session.io(), staged, diffIds, session.paths()::layerFile);
      session.io().rename(staged, tree);
      session.io().syncDirectory(session.paths().trees());
    } finally {
      session.discard(staged);
    }
  }

  /** An open image opens a layer when it is first read, which is too late to make it again. */
  private static void requireAll(List<Path> layers) throws NoSuchFileException {
    for (Path layer : layers) {
      if (Files.notExists(layer)) {
        throw new NoSuchFileException(layer.toString());
      }
    }
  }
}
