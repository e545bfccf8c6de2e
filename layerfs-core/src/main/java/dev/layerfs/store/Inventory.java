package dev.layerfs.store;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Lists what is on disk, whether anything needs it or not. What has no proper name is a {@link Item.Kind#FILE}. */
final class Inventory {
  private static final int SHA256_DIGITS = 64;
  private static final String TREE_SUFFIX = ".erofs";

  private final StorePaths paths;

  Inventory(StorePaths paths) {
    this.paths = paths;
  }

  /** What a file in a directory of objects is. */
  private interface Naming {
    Optional<Item> item(String name);
  }

  Map<Item, Path> blobs() throws IOException {
    Map<Item, Path> blobs = new LinkedHashMap<>();
    for (Path directory : StoreFiles.list(paths.blobs())) {
      String algorithm = name(directory);
      blobs.putAll(list(directory, name -> digest(algorithm, name).map(Item::blob)));
    }
    return blobs;
  }

  Map<Item, Path> recipes() throws IOException {
    return list(paths.recipes(), name -> sha256(name).map(Item::recipe));
  }

  Map<Item, Path> layers() throws IOException {
    return list(paths.layers(), name -> sha256(name).map(DiffId::new).map(Item::layer));
  }

  Map<Item, Path> trees() throws IOException {
    return list(
        paths.trees(),
        name -> name.endsWith(TREE_SUFFIX)
            ? sha256(name.substring(0, name.length() - TREE_SUFFIX.length()))
                .map(ChainId::new)
                .map(Item::tree)
            : Optional.empty());
  }

  Map<Item, Path> extracted() throws IOException {
    return list(paths.extracted(), name -> sha256(name).map(ChainId::new).map(Item::extracted));
  }

  Map<Item, Path> mounts() throws IOException {
    return list(paths.mounts(), name -> sha256(name).map(ChainId::new).map(Item::extracted));
  }

  Map<Item, Path> uppers() throws IOException {
    return list(paths.uppers(), name -> Id.parse(name).map(Item::upper));
  }

  Map<Item, Path> containers() throws IOException {
    return list(paths.containers(), name -> Id.parse(name).map(Item::container));
  }

  private Map<Item, Path> list(Path directory, Naming naming) throws IOException {
    Map<Item, Path> items = new LinkedHashMap<>();
    for (Path file : StoreFiles.list(directory)) {
      items.put(naming.item(name(file)).orElseGet(() -> Item.file(paths, file)), file);
    }
    return items;
  }

  private static String name(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }

  private static Optional<Digest> sha256(String hex) {
    return hex.length() == SHA256_DIGITS ? digest("sha256", hex) : Optional.empty();
  }

  private static Optional<Digest> digest(String algorithm, String encoded) {
    try {
      return Optional.of(Digest.parse(algorithm + ':' + encoded));
    } catch (MalformedImageException | UnsupportedImageException e) {
      return Optional.empty();
    }
  }
}
