package dev.layerfs;

import java.util.List;

/**
 * What a store takes on disk, in bytes of its files. What is mounted in it is not part of it. Immutable.
 *
 * @param images the images, in the order of the list
 * @param containers the containers, the oldest first
 * @param blobBytes manifests, indexes, configs, layers as they came, and recipes of those that were discarded
 * @param layerBytes layer files with their records
 * @param treeBytes image trees
 * @param extractedBytes images as directories
 * @param containerBytes containers: what was written to them, and their records
 * @param coveredBytes what was written to containers before a checkpoint or fork
 * @param volumeBytes volumes and their snapshots, as far as their content is in the store
 * @param otherBytes the list of images, names, leases, and what is under way
 * @param reclaimableBytes how much of all that garbage collection would free
 */
public record StoreSpace(
    List<OfImage> images,
    List<OfContainer> containers,
    long blobBytes,
    long layerBytes,
    long treeBytes,
    long extractedBytes,
    long containerBytes,
    long coveredBytes,
    long volumeBytes,
    long otherBytes,
    long reclaimableBytes) {
  /** Copies the lists. */
  public StoreSpace {
    images = List.copyOf(images);
    containers = List.copyOf(containers);
  }

  /**
   * Adds everything up.
   *
   * @return bytes of all files of the store
   */
  public long totalBytes() {
    return blobBytes
        + layerBytes
        + treeBytes
        + extractedBytes
        + containerBytes
        + coveredBytes
        + volumeBytes
        + otherBytes;
  }

  /**
   * What an image, or an index with all its images, takes.
   *
   * @param digest of its manifest or index
   * @param names its names
   * @param exclusiveBytes of what no other image needs
   * @param sharedBytes of what others need, too
   */
  public record OfImage(String digest, List<String> names, long exclusiveBytes, long sharedBytes) {
    /** Copies the list. */
    public OfImage {
      names = List.copyOf(names);
    }
  }

  /**
   * What a container takes, its image apart.
   *
   * @param id its id
   * @param imageName what its image was called when it was made
   * @param exclusiveBytes of what was written to it, and before its checkpoints
   * @param sharedBytes of what was written before a fork, which other containers stand on, too
   */
  public record OfContainer(String id, String imageName, long exclusiveBytes, long sharedBytes) {}
}
