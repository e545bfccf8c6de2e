package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

/**
 * How an inode and what follows it lie on disk.
 *
 * @param dataLayout {@code EROFS_INODE_*}
 * @param size {@code i_size}
 * @param xattrSize bytes of extended attributes behind the inode
 * @param inline bytes of data behind those: the data's tail
 * @param chunk whether a chunk index is behind those
 * @param blocks blocks elsewhere for the rest of a directory or symbolic link
 */
record InodePlacement(
    int dataLayout, long size, int xattrSize, int inline, boolean chunk, long blocks) {
  /**
   * Returns how an inode lies.
   *
   * @param directorySize {@link DirectoryWriter#size} of a directory; of nothing else it is looked at
   */
  static InodePlacement of(InodeAttributes attributes, long directorySize) {
    int xattrSize = XattrWriter.size(attributes.xattrs());
    return switch (attributes.type()) {
      case DIRECTORY -> ofData(directorySize, xattrSize);
      case SYMLINK -> ofData(attributes.target().length, xattrSize);
      default ->
        new InodePlacement(
            attributes.onDevice() ? INODE_CHUNK_BASED : INODE_FLAT_PLAIN,
            attributes.size(),
            xattrSize,
            0,
            attributes.onDevice(),
            0);
    };
  }

  /** The tail is kept behind the inode if both fit one block, which a reader then has in one piece. */
  private static InodePlacement ofData(long size, int xattrSize) {
    int tail = (int) (size % BLOCK_SIZE);
    if (tail > 0 && INODE_EXTENDED_SIZE + xattrSize + tail <= BLOCK_SIZE) {
      return new InodePlacement(INODE_FLAT_INLINE, size, xattrSize, tail, false, size / BLOCK_SIZE);
    }
    return new InodePlacement(
        INODE_FLAT_PLAIN, size, xattrSize, 0, false, unitsOf(size, BLOCK_SIZE));
  }

  /** Offset of the chunk index from the inode. */
  int chunkIndexOffset() {
    return (int) roundUp(INODE_EXTENDED_SIZE + xattrSize, CHUNK_INDEX_SIZE);
  }

  /** Bytes of the inode and what follows it. */
  int length() {
    return chunk ? chunkIndexOffset() + CHUNK_INDEX_SIZE : INODE_EXTENDED_SIZE + xattrSize + inline;
  }

  /** Returns where the inode goes if everything before an offset is taken: within one block, if it fits one. */
  long fit(long offset) {
    long left = BLOCK_SIZE - offset % BLOCK_SIZE;
    return length() <= left ? offset : roundUp(offset, BLOCK_SIZE);
  }
}
