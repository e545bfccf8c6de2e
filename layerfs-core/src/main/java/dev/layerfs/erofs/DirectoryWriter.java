package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.BLOCK_SIZE;
import static dev.layerfs.erofs.ErofsFormat.DIRENT_SIZE;

import dev.layerfs.posix.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory's data, block by block. Each block holds its dirents, then their names; names ascend by unsigned bytes
 * through the whole directory, {@code .} and {@code ..} among them, because the kernel searches it by halves.
 */
final class DirectoryWriter {
  private static final Name DOT = Name.of(".");
  private static final Name DOT_DOT = Name.of("..");

  private final Entries entries;
  private final List<Map.Entry<Name, TreeNode>> block = new ArrayList<>();
  private Map.@Nullable Entry<Name, TreeNode> next;

  DirectoryWriter(TreeNode directory) {
    entries = new Entries(directory);
    next = entries.next();
  }

  /** What a directory's data has entries for: what is in it, itself and its parent, in the order of the names' bytes. */
  private static final class Entries {
    private final Iterator<Map.Entry<Name, TreeNode>> children;
    private final Deque<Map.Entry<Name, TreeNode>> dots = new ArrayDeque<>(2);
    private Map.@Nullable Entry<Name, TreeNode> child;

    Entries(TreeNode directory) {
      children = directory.children().entrySet().iterator();
      dots.add(Map.entry(DOT, directory));
      dots.add(Map.entry(DOT_DOT, directory.parent()));
      child = nextChild();
    }

    private Map.@Nullable Entry<Name, TreeNode> nextChild() {
      return children.hasNext() ? children.next() : null;
    }

    /** Returns the next entry, null after the last. */
    Map.@Nullable Entry<Name, TreeNode> next() {
      Map.Entry<Name, TreeNode> dot = dots.peek();
      Map.Entry<Name, TreeNode> first = child;
      if (dot != null && (first == null || dot.getKey().compareTo(first.getKey()) < 0)) {
        return dots.remove();
      }
      child = nextChild();
      return first;
    }
  }

  /** Returns the directory's {@code i_size}: whole blocks, and what is used of the last. */
  static long size(TreeNode directory) {
    Entries all = new Entries(directory);
    long blocks = 0;
    int used = 0;
    for (var entry = all.next(); entry != null; entry = all.next()) {
      int need = need(entry);
      if (used + need > BLOCK_SIZE) {
        blocks++;
        used = 0;
      }
      used += need;
    }
    return blocks * BLOCK_SIZE + used;
  }

  private static int need(Map.Entry<Name, TreeNode> entry) {
    return DIRENT_SIZE + entry.getKey().length();
  }

  /** Passes over blocks. */
  void skip(long count) {
    for (long i = 0; i < count; i++) {
      fill();
    }
  }

  /** Takes the entries of the next block. */
  private void fill() {
    block.clear();
    int used = 0;
    while (next != null) {
      int need = need(next);
      if (used + need > BLOCK_SIZE) {
        break;
      }
      used += need;
      block.add(next);
      next = entries.next();
    }
  }

  /** Fills an array of a block's size with the next block, which must not be after the last. */
  void next(byte[] target) {
    fill();
    ByteBuffer out = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    int nameOffset = block.size() * DIRENT_SIZE;
    for (Map.Entry<Name, TreeNode> entry : block) {
      TreeNode node = entry.getValue();
      out.putLong(node.nid());
      out.putShort((short) nameOffset);
      out.put((byte) ErofsFormat.direntTypeNumber(node.type()));
      out.put((byte) 0);
      nameOffset += entry.getKey().length();
    }
    for (Map.Entry<Name, TreeNode> entry : block) {
      out.put(entry.getKey().toBytes());
    }
    Arrays.fill(target, out.position(), target.length, (byte) 0);
  }
}
