package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.nio.file.Path;

/**
 * Something that a store keeps, by what it is and what it is called.
 *
 * @param kind what it is
 * @param id its name, digest, id or, for a {@link Kind#FILE}, its path in the store with {@code /} between names
 */
public record Item(Kind kind, String id) {
  /** What there is. */
  public enum Kind {
    /** An entry of the list of images: its name, or the digest if it has none. */
    IMAGE,
    /** A blob: a manifest, an index, a config or a layer as it came. */
    BLOB,
    /** How a blob is made again of a layer file, by the blob's digest. */
    RECIPE,
    /** A layer file with its record, by diff id. */
    LAYER,
    /** An image tree, by chain id. */
    TREE,
    /** An image as a directory, by chain id. */
    EXTRACTED,
    /** A container. */
    CONTAINER,
    /** The name of a container. */
    CONTAINER_NAME,
    /** An upper that others have come on top of. */
    UPPER,
    /** A volume. */
    VOLUME,
    /** What a process that has the store open needs or makes. */
    SESSION,
    /** Any other file. */
    FILE
  }

  static Item image(Descriptor entry) {
    return new Item(Kind.IMAGE, ImageList.name(entry).orElse(entry.digest().toString()));
  }

  static Item blob(Digest digest) {
    return new Item(Kind.BLOB, digest.toString());
  }

  static Item recipe(Digest blob) {
    return new Item(Kind.RECIPE, blob.toString());
  }

  static Item layer(DiffId diffId) {
    return new Item(Kind.LAYER, diffId.toString());
  }

  static Item tree(ChainId chainId) {
    return new Item(Kind.TREE, chainId.digest().toString());
  }

  static Item extracted(ChainId chainId) {
    return new Item(Kind.EXTRACTED, chainId.digest().toString());
  }

  static Item container(Id id) {
    return new Item(Kind.CONTAINER, id.toString());
  }

  static Item upper(Id id) {
    return new Item(Kind.UPPER, id.toString());
  }

  static Item volume(VolumeName name) {
    return new Item(Kind.VOLUME, name.text());
  }

  static Item session(Id id) {
    return new Item(Kind.SESSION, id.toString());
  }

  /** A file that is nothing else, by its place in the store. */
  static Item file(StorePaths paths, Path file) {
    StringBuilder text = new StringBuilder();
    for (Path name : paths.root().relativize(file)) {
      text.append(text.isEmpty() ? "" : "/").append(name);
    }
    return new Item(Kind.FILE, text.toString());
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return switch (kind) {
      case IMAGE -> "image " + id;
      case BLOB -> "blob " + id;
      case RECIPE -> "recipe of blob " + id;
      case LAYER -> "layer " + id;
      case TREE -> "image tree " + id;
      case EXTRACTED -> "extracted image " + id;
      case CONTAINER -> "container " + id;
      case CONTAINER_NAME -> "container name " + id;
      case UPPER -> "covered upper " + id;
      case VOLUME -> "volume " + id;
      case SESSION -> "session " + id;
      case FILE -> "file " + id;
    };
  }
}
