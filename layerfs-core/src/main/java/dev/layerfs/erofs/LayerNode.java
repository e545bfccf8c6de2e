package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An inode of a layer: an object, a whiteout, or a hard link to what only a lower layer has. */
final class LayerNode extends TreeNode {
  private static final byte[] NOTHING = {};
  private static final byte[] YES = {'y'};

  private final FileType type;
  private short mode;
  private int uid;
  private int gid;
  private long size;
  private long mtimeSeconds;
  private int mtimeNanos;
  private int rdev;
  private int block;
  private SortedMap<Name, byte[]> xattrs = Collections.emptySortedMap();
  private byte[] target = NOTHING;
  private boolean whiteout;
  private boolean unresolved;
  private boolean implicit;
  private boolean opaque;

  private LayerNode(FileType type) {
    this.type = type;
  }

  /** Returns the node of an object that an entry puts there. */
  static LayerNode of(FileType type, ChangesetEntry entry, SortedMap<Name, byte[]> xattrs) {
    LayerNode node = new LayerNode(type);
    node.setAttributes(entry, xattrs);
    node.size = entry.size();
    node.rdev = ErofsFormat.encodeDevice(entry.rdevMajor(), entry.rdevMinor());
    node.target = type == FileType.SYMLINK ? entry.linkTarget() : NOTHING;
    return node;
  }

  static LayerNode whiteout() {
    LayerNode node = new LayerNode(FileType.CHARACTER_DEVICE);
    node.whiteout = true;
    return node;
  }

  /** Returns a hard link to a path that this layer doesn't have. */
  static LayerNode unresolved(byte[] path) {
    LayerNode node = new LayerNode(FileType.REGULAR);
    node.unresolved = true;
    node.target = path;
    return node;
  }

  static LayerNode implicitDirectory() {
    LayerNode node = new LayerNode(FileType.DIRECTORY);
    node.mode = 0755;
    node.implicit = true;
    return node;
  }

  /** Takes an entry's owner, mode, time and attributes. A directory is then no longer implicit. */
  void setAttributes(ChangesetEntry entry, SortedMap<Name, byte[]> attributes) {
    mode = (short) entry.mode();
    uid = (int) entry.uid();
    gid = (int) entry.gid();
    mtimeSeconds = entry.mtimeSeconds();
    mtimeNanos = entry.mtimeNanos();
    xattrs = attributes;
    implicit = false;
  }

  /** Hides what lower layers have in this directory. */
  void makeOpaque() {
    opaque = true;
  }

  /** Hides the lower object in whose place this directory is, with its attributes. */
  void hideLower() {
    opaque = true;
    implicit = false;
  }

  /** Says where the content is. */
  void locate(long contentBlock) {
    block = (int) contentBlock;
  }

  boolean isUnresolved() {
    return unresolved;
  }

  @Override
  FileType type() {
    return type;
  }

  @Override
  boolean isWhiteout() {
    return whiteout;
  }

  @Override
  TreeNode newImplicitDirectory(@Nullable TreeNode whiteoutHere) {
    LayerNode directory = implicitDirectory();
    if (whiteoutHere != null) {
      directory.hideLower();
    }
    return directory;
  }

  @Override
  byte[] symlinkTarget() {
    return target;
  }

  @Override
  InodeAttributes attributes() {
    return new InodeAttributes(
        type,
        mode,
        uid & 0xFFFF_FFFFL,
        gid & 0xFFFF_FFFFL,
        size,
        mtimeSeconds,
        mtimeNanos,
        rdev,
        markedXattrs(),
        type == FileType.SYMLINK ? target : NOTHING,
        -1,
        block & 0xFFFF_FFFFL);
  }

  private SortedMap<Name, byte[]> markedXattrs() {
    if (!implicit && !opaque && !unresolved) {
      return xattrs;
    }
    SortedMap<Name, byte[]> marked = new TreeMap<>(xattrs);
    mark(marked, implicit, LayerMarks.IMPLICIT, NOTHING);
    mark(marked, opaque, LayerMarks.OPAQUE, YES);
    mark(marked, unresolved, LayerMarks.HARD_LINK, target);
    return marked;
  }

  private static void mark(SortedMap<Name, byte[]> marked, boolean set, Name name, byte[] value) {
    if (set) {
      marked.put(name, value);
    }
  }
}
