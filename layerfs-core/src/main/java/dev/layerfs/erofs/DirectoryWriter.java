package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.BLOCK_SIZE;
import static dev.layerfs.erofs.ErofsFormat.DIRENT_SIZE;

import dev.layerfs.posix.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory's data, block by block. Each block holds its dirents, then their names; names ascend by unsigned bytes
 * through the whole directory, {@code .} and {@code ..} among them, because the kernel searches it by halves.
 */
final class DirectoryWriter {
  private static final Name DOT = Name.of(".");
  private static final Name DOT_DOT = Name.of("..");

  private final Iterator<Map.Entry<Name, TreeNode>> entries;
  private final List<Map.Entry<Name, TreeNode>> block = new ArrayList<>();
  private Map.@Nullable Entry<Name, TreeNode> next;

  DirectoryWriter(TreeNode directory) {
    TreeMap<Name, TreeNode> all = new TreeMap<>(directory.children());
    all.put(DOT, directory);
    all.put(DOT_DOT, directory.parent());
    entries = all.entrySet().iterator();
    next = entries.next();
  }

  /** Returns the directory's {@code i_size}: whole blocks, and what is used of the last. */
  static long size(TreeNode directory) {
    DirectoryWriter data = new DirectoryWriter(directory);
    long blocks = 0;
    int last = 0;
    for (int used = data.fill(); used > 0; used = data.fill()) {
      blocks++;
      last = used;
    }
    return (blocks - 1) * BLOCK_SIZE + last;
  }

  /** Takes the entries of the next block; returns the bytes they need, 0 if there are none. */
  private int fill() {
    block.clear();
    int used = 0;
    while (next != null) {
      int need = DIRENT_SIZE + next.getKey().length();
      if (used + need > BLOCK_SIZE) {
        break;
      }
      used += need;
      block.add(next);
      next = entries.hasNext() ? entries.next() : null;
    }
    return used;
  }

  /** Fills an array of a block's size with the next block; returns how much of it is used, 0 after the last. */
  int next(byte[] target) {
    int used = fill();
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
    return used;
  }
}
