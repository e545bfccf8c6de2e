package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a tree's metadata: the inodes, the root first so that its nid fits 16 bits, siblings side by side; then the
 * blocks of those directories and long symbolic links that don't fit behind their inodes. A function of the tree alone.
 */
final class MetadataWriter {
  /**
   * What was written.
   *
   * @param firstBlock block where the metadata begins ({@code meta_blkaddr})
   * @param endBlock block after the last: the file's length
   * @param rootNid nid of the root directory
   * @param inodes number of inodes
   */
  record Result(long firstBlock, long endBlock, long rootNid, long inodes) {}

  private final BlockOutput out;
  private final long firstBlock;
  private final List<TreeNode> inodes = new ArrayList<>();
  private final List<TreeNode> withBlocks = new ArrayList<>();
  private final Map<TreeNode, Long> directorySizes = new IdentityHashMap<>();
  private final byte[] directoryBlock = new byte[BLOCK_SIZE];
  // nid 0 stays free: as an inode number it would mean "no inode" to readdir(3).
  private long end = INODE_SLOT;

  private MetadataWriter(BlockOutput out, long firstBlock) {
    this.out = out;
    this.firstBlock = firstBlock;
  }

  /**
   * Writes a tree's metadata and flushes it. Gives each node its nid and counts its links, so each tree is written once.
   *
   * @param root the root directory
   * @param firstBlock block where the metadata begins, at or after the output's position
   * @param out where to
   * @return what was written
   * @throws IOException if writing or reading the nodes' attributes fails
   */
  static Result write(TreeNode root, long firstBlock, BlockOutput out) throws IOException {
    MetadataWriter writer = new MetadataWriter(out, firstBlock);
    writer.layOut(root);
    long endBlock = writer.writeInodes();
    writer.writeBlocks();
    out.seek(endBlock * BLOCK_SIZE);
    out.flush();
    return new Result(firstBlock, endBlock, root.nid(), writer.inodes.size());
  }

  private void layOut(TreeNode root) throws IOException {
    Deque<TreeNode> directories = new ArrayDeque<>();
    place(root);
    root.addLink();
    directories.push(root);
    while (!directories.isEmpty()) {
      TreeNode directory = directories.pop();
      directory.addLink(); // its "."
      for (TreeNode child : directory.children().values()) {
        if (child.nid() == 0) {
          place(child);
        }
        child.addLink();
        if (child.isDirectory()) {
          directory.addLink(); // its ".."
          directories.push(child);
        }
      }
    }
  }

  private void place(TreeNode node) throws IOException {
    InodePlacement placement = placement(node, node.attributes());
    long at = placement.fit(end);
    node.assignNid(at / INODE_SLOT);
    end = roundUp(at + placement.length(), INODE_SLOT);
    inodes.add(node);
    if (placement.blocks() > 0) {
      withBlocks.add(node);
    }
  }

  private InodePlacement placement(TreeNode node, InodeAttributes attributes) {
    long directorySize =
        node.isDirectory() ? directorySizes.computeIfAbsent(node, DirectoryWriter::size) : 0;
    return InodePlacement.of(attributes, directorySize);
  }

  /** Returns the block after the last that the tree needs. */
  private long writeInodes() throws IOException {
    long block = firstBlock + unitsOf(end, BLOCK_SIZE);
    int number = 0;
    for (TreeNode node : inodes) {
      InodeAttributes attributes = node.attributes();
      InodePlacement placement = placement(node, attributes);
      out.seek(firstBlock * BLOCK_SIZE + node.nid() * INODE_SLOT);
      writeInode(node, attributes, placement, ++number, block);
      block += placement.blocks();
    }
    return block;
  }

  private void writeInode(
      TreeNode node, InodeAttributes a, InodePlacement placement, int number, long block)
      throws IOException {
    ByteBuffer b = ByteBuffer.allocate(INODE_EXTENDED_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(0, (short) (INODE_LAYOUT_EXTENDED | placement.dataLayout() << 1));
    b.putShort(2, (short) XattrWriter.count(placement.xattrSize()));
    b.putShort(4, (short) (a.type().format() | a.mode()));
    b.putLong(8, placement.size());
    b.putInt(16, locator(a, placement, block));
    b.putInt(20, number);
    b.putInt(24, (int) a.uid());
    b.putInt(28, (int) a.gid());
    b.putLong(32, a.mtimeSeconds());
    b.putInt(40, a.mtimeNanos());
    b.putInt(44, node.links());
    out.write(b.array(), 0, INODE_EXTENDED_SIZE);
    if (placement.xattrSize() > 0) {
      out.write(XattrWriter.encode(a.xattrs()), 0, placement.xattrSize());
    }
    if (a.onDevice()) {
      writeChunkIndex(node, a, placement);
    }
    if (placement.inline() > 0) {
      out.write(lastBlock(node, a, placement), 0, placement.inline());
    }
  }

  /** {@code union erofs_inode_i_u}. */
  private static int locator(InodeAttributes a, InodePlacement placement, long block) {
    if (a.onDevice()) {
      return CHUNK_FORMAT_INDEXES | chunkBits(a.size());
    }
    return switch (a.type()) {
      case REGULAR -> (int) a.block();
      case CHARACTER_DEVICE, BLOCK_DEVICE -> a.rdev();
      default -> placement.blocks() > 0 ? (int) block : 0;
    };
  }

  /** Base-2 logarithm of the blocks of a chunk that covers the whole file. */
  private static int chunkBits(long size) {
    long blocks = unitsOf(size, BLOCK_SIZE);
    return 64 - Long.numberOfLeadingZeros(blocks - 1);
  }

  private void writeChunkIndex(TreeNode node, InodeAttributes a, InodePlacement placement)
      throws IOException {
    ByteBuffer index = ByteBuffer.allocate(CHUNK_INDEX_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    index.putShort(2, (short) (a.device() + 1));
    index.putInt(4, (int) a.block());
    out.seek(firstBlock * BLOCK_SIZE + node.nid() * INODE_SLOT + placement.chunkIndexOffset());
    out.write(index.array(), 0, CHUNK_INDEX_SIZE);
  }

  private byte[] lastBlock(TreeNode node, InodeAttributes a, InodePlacement placement) {
    if (!node.isDirectory()) {
      return a.target();
    }
    DirectoryWriter data = new DirectoryWriter(node);
    data.skip(placement.blocks());
    data.next(directoryBlock);
    return directoryBlock;
  }

  private void writeBlocks() throws IOException {
    long block = firstBlock + unitsOf(end, BLOCK_SIZE);
    for (TreeNode node : withBlocks) {
      InodeAttributes attributes = node.attributes();
      long count = placement(node, attributes).blocks();
      out.seek(block * BLOCK_SIZE);
      if (node.isDirectory()) {
        writeDirectory(node, count);
      } else {
        out.write(attributes.target(), 0, attributes.target().length);
      }
      block += count;
    }
  }

  private void writeDirectory(TreeNode node, long count) throws IOException {
    DirectoryWriter data = new DirectoryWriter(node);
    for (long i = 0; i < count; i++) {
      data.next(directoryBlock);
      out.write(directoryBlock, 0, BLOCK_SIZE);
    }
  }
}
