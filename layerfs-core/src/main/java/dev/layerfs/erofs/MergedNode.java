package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.BLOCK_SIZE;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An inode of an image tree: a reference to the inode of the layer that it comes from. */
final class MergedNode extends TreeNode {
  private static final byte[] NOTHING = {};

  private final FileType type;
  private @Nullable ErofsImage layer;
  private int device;
  private long source;

  private MergedNode(FileType type) {
    this.type = type;
  }

  /** Returns the node of a layer's inode. */
  static MergedNode of(FileType type, ErofsImage layer, int device, long source) {
    MergedNode node = new MergedNode(type);
    node.become(layer, device, source);
    return node;
  }

  /** Returns a directory that no layer lists. */
  static MergedNode implicitDirectory() {
    return new MergedNode(FileType.DIRECTORY);
  }

  /** Takes the attributes of another inode, of the same type. */
  void become(ErofsImage newLayer, int newDevice, long newSource) {
    layer = newLayer;
    device = newDevice;
    source = newSource;
  }

  /** Returns the attributes that the inode has in its layer; null for a directory that no layer lists. */
  @Nullable
  Stat stat() throws IOException {
    return layer == null ? null : layer.stat(source);
  }

  /** Returns the index of the layer that the inode comes from, if a layer has it. */
  int device() {
    return device;
  }

  @Override
  FileType type() {
    return type;
  }

  @Override
  TreeNode newImplicitDirectory(@Nullable TreeNode whiteout) {
    return implicitDirectory();
  }

  @Override
  byte[] symlinkTarget() throws IOException {
    return layer == null ? NOTHING : layer.readLink(source);
  }

  @Override
  InodeAttributes attributes() throws IOException {
    if (layer == null) {
      return new InodeAttributes(
          type, 0755, 0, 0, 0, 0, 0, 0, Collections.emptySortedMap(), NOTHING, -1, 0);
    }
    Stat stat = layer.stat(source);
    boolean content = type == FileType.REGULAR && stat.size() > 0;
    return new InodeAttributes(
        type,
        stat.mode(),
        stat.uid(),
        stat.gid(),
        type == FileType.REGULAR ? stat.size() : 0,
        stat.mtimeSeconds(),
        stat.mtimeNanos(),
        ErofsFormat.encodeDevice(stat.rdevMajor(), stat.rdevMinor()),
        xattrs(layer),
        type == FileType.SYMLINK ? symlinkTarget() : NOTHING,
        content ? device : -1,
        content ? layer.extent(source).offset() / BLOCK_SIZE : 0);
  }

  private SortedMap<Name, byte[]> xattrs(ErofsImage from) throws IOException {
    SortedMap<Name, byte[]> all = from.allXattrs(source);
    if (all.isEmpty()) {
      return all;
    }
    SortedMap<Name, byte[]> kept = new TreeMap<>(all);
    kept.keySet().removeIf(LayerMarks::isReserved);
    if (XattrWriter.size(kept) > ErofsFormat.MAX_XATTR_SIZE) {
      throw from.corrupt("more extended attributes than an inode can have");
    }
    return kept;
  }
}
