package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

import dev.layerfs.posix.FileType;
import java.io.IOException;

/**
 * The inodes of an image, read in place. Inodes are named by their address, which {@link #locate} finds; no method
 * allocates, unless it fails. Thread-safe.
 */
final class InodeTable {
  private final Windows file;
  private final Superblock superblock;

  InodeTable(Windows file, Superblock superblock) {
    this.file = file;
    this.superblock = superblock;
  }

  /** Returns the address of an inode, which is then known to lie in the file and to have a format that can be read. */
  long locate(long nid) throws IOException {
    if (nid < 0 || nid > file.size() / INODE_SLOT) {
      throw file.corrupt("an inode number out of range");
    }
    long inode = superblock.metaOffset() + nid * INODE_SLOT;
    file.require(inode, INODE_COMPACT_SIZE);
    file.require(inode, inodeSize(inode));
    int layout = dataLayout(inode);
    boolean known =
        layout == INODE_FLAT_PLAIN || layout == INODE_FLAT_INLINE || layout == INODE_CHUNK_BASED;
    if (!known || file.u16(inode) >>> 4 != 0) {
      throw file.corrupt("an inode of unsupported format (compressed?)");
    }
    if (size(inode) < 0) {
      throw file.corrupt("a negative size");
    }
    return inode;
  }

  private boolean isExtended(long inode) throws IOException {
    return (file.u16(inode) & 1) == INODE_LAYOUT_EXTENDED;
  }

  private int inodeSize(long inode) throws IOException {
    return isExtended(inode) ? INODE_EXTENDED_SIZE : INODE_COMPACT_SIZE;
  }

  int dataLayout(long inode) throws IOException {
    return file.u16(inode) >>> 1 & 7;
  }

  int mode(long inode) throws IOException {
    return file.u16(inode + 4);
  }

  FileType type(long inode) throws IOException {
    try {
      return FileType.ofMode(mode(inode));
    } catch (IllegalArgumentException e) {
      throw file.corrupt("an inode of no file type");
    }
  }

  long size(long inode) throws IOException {
    return isExtended(inode) ? file.i64(inode + 8) : file.u32(inode + 8);
  }

  /** {@code i_u}: a block address, device number or chunk format. */
  int locator(long inode) throws IOException {
    return file.i32(inode + 16);
  }

  long uid(long inode) throws IOException {
    return isExtended(inode) ? file.u32(inode + 24) : file.u16(inode + 24);
  }

  long gid(long inode) throws IOException {
    return isExtended(inode) ? file.u32(inode + 28) : file.u16(inode + 26);
  }

  long mtimeSeconds(long inode) throws IOException {
    return isExtended(inode) ? file.i64(inode + 32) : superblock.buildTime();
  }

  int mtimeNanos(long inode) throws IOException {
    int nanos = isExtended(inode) ? file.i32(inode + 40) : superblock.buildTimeNanos();
    return nanos >= 0 && nanos < 1_000_000_000 ? nanos : 0;
  }

  int links(long inode) throws IOException {
    return isExtended(inode) ? file.i32(inode + 44) : file.u16(inode + 6);
  }

  long xattrOffset(long inode) throws IOException {
    return inode + inodeSize(inode);
  }

  int xattrSize(long inode) throws IOException {
    int count = file.u16(inode + 2);
    return count == 0 ? 0 : XATTR_HEADER_SIZE + (count - 1) * 4;
  }

  /** Returns the address of what follows the inode and its extended attributes. */
  private long tailOffset(long inode) throws IOException {
    return xattrOffset(inode) + xattrSize(inode);
  }

  /** Returns how many bytes of a flat inode's data are in blocks; the rest is inline. */
  long blockBytes(long inode) throws IOException {
    long size = size(inode);
    return dataLayout(inode) == INODE_FLAT_INLINE ? size - size % superblock.blockSize() : size;
  }

  /**
   * Returns the address of a flat inode's data.
   *
   * @param inode the inode's address
   * @param position offset in the data
   * @return offset in the file; the rest of the data's block follows it
   */
  long flatOffset(long inode, long position) throws IOException {
    if (position >= blockBytes(inode)) {
      long tail = tailOffset(inode);
      long length = size(inode) % superblock.blockSize();
      if (tail % superblock.blockSize() + length > superblock.blockSize()) {
        throw file.corrupt("inline data across a block boundary");
      }
      return tail + position % superblock.blockSize();
    }
    return (locator(inode) & 0xFFFF_FFFFL) * superblock.blockSize() + position;
  }

  /** Returns the base-2 logarithm of a chunk-based inode's chunk size in bytes. */
  int chunkBits(long inode) throws IOException {
    return superblock.blockBits() + (locator(inode) & CHUNK_FORMAT_BLKBITS_MASK);
  }

  /** Returns the device id of a chunk: 0 the file itself, else 1 + index of the device. */
  int chunkDevice(long inode, long chunk) throws IOException {
    return hasChunkIndexes(inode) ? file.u16(chunkEntry(inode, chunk) + 2) : 0;
  }

  /** Returns the block address of a chunk, {@link ErofsFormat#NULL_ADDR} for a hole. */
  long chunkBlock(long inode, long chunk) throws IOException {
    return file.u32(chunkEntry(inode, chunk) + (hasChunkIndexes(inode) ? 4 : 0));
  }

  private boolean hasChunkIndexes(long inode) throws IOException {
    return (locator(inode) & CHUNK_FORMAT_INDEXES) != 0;
  }

  private long chunkEntry(long inode, long chunk) throws IOException {
    int unit = hasChunkIndexes(inode) ? CHUNK_INDEX_SIZE : BLOCK_MAP_ENTRY_SIZE;
    if (chunk > file.size() / unit) {
      throw file.corrupt("more chunks than the file can hold");
    }
    return roundUp(tailOffset(inode), unit) + chunk * unit;
  }
}
