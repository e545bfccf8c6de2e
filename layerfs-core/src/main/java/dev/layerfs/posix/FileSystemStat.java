package dev.layerfs.posix;

/**
 * The figures of {@code statvfs(3)}.
 *
 * @param blockSize size of a block in bytes
 * @param totalBlocks blocks of the file system that holds the upper layer (a read-only view: of the image)
 * @param freeBlocks blocks that are free
 * @param availableBlocks blocks that an unprivileged user may allocate
 * @param readOnly whether nothing can be written
 */
public record FileSystemStat(
    long blockSize, long totalBlocks, long freeBlocks, long availableBlocks, boolean readOnly) {
  /**
   * Returns the same figures for where nothing can be written.
   *
   * @return the figures, read-only
   */
  public FileSystemStat unchangeable() {
    return new FileSystemStat(blockSize, totalBlocks, freeBlocks, availableBlocks, true);
  }
}
