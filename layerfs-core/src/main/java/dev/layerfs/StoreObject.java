package dev.layerfs;

/**
 * Something that a store keeps, by what it is and what it is called. Immutable.
 *
 * @param kind what it is
 * @param id its name, its digest ({@code sha256:…}), its id or, for a {@link Kind#FILE}, its path in the store with {@code /}
 *     between names
 */
public record StoreObject(Kind kind, String id) {
  /** What there is in a store. */
  public enum Kind {
    /** An entry of the list of images: a name, or the digest of an image that has none. */
    IMAGE,
    /** A blob: a manifest, an index, a config, or a layer as it came; by digest. */
    BLOB,
    /** How a blob is made again of a layer file, by the blob's digest. */
    RECIPE,
    /** A layer file with its record, by diff id. */
    LAYER,
    /** An image tree, by chain id. It can be made of layer files. */
    TREE,
    /** An image as a directory, for kernels that can't mount it, by chain id. */
    EXTRACTED,
    /** A container, with what was written to it, by id. */
    CONTAINER,
    /** The name of a container. */
    CONTAINER_NAME,
    /** What was written to containers before a checkpoint or fork, by id. */
    UPPER,
    /** A volume, by name. */
    VOLUME,
    /** What a process needs or makes that has the store open, or had it open and died; by id. */
    SESSION,
    /** Any other file, by its path in the store. */
    FILE
  }
}
