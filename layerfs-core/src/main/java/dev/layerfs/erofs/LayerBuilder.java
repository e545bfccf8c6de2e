package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.MAX_XATTR_SIZE;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Builds a layer's tree from its entries. What counts is the set of entries, not their order, with these exceptions: of
 * several entries of one path the last wins, a hard link's target comes before it, and links that lead to an entry's
 * parent are the ones seen so far. Whiteouts and opaque markers only concern lower layers (image-spec, layer.md,
 * "Whiteouts"), so an entry wins over a whiteout of its path.
 */
final class LayerBuilder {
  private static final int MAX_XATTR_VALUE = 0xFFFF;

  private final LayerNode root = LayerNode.implicitDirectory();
  private final PathWalk walk = new PathWalk(root);
  private final List<ChangesetEntry> unresolved = new ArrayList<>();
  private final String subject;

  /**
   * Begins a layer.
   *
   * @param subject what the entries are from, for messages
   */
  LayerBuilder(String subject) {
    this.subject = subject;
  }

  LayerNode root() {
    return root;
  }

  /**
   * Applies an entry.
   *
   * @param entry the entry
   * @param block block of the layer file where a regular file's content will be
   * @throws MalformedImageException if the entry can't be part of the tree
   */
  void apply(ChangesetEntry entry, long block) throws IOException {
    try {
      switch (entry.kind()) {
        case DIRECTORY -> putDirectory(entry);
        case FILE -> putFile(entry, block);
        case SYMLINK -> put(entry, FileType.SYMLINK);
        case FIFO -> put(entry, FileType.FIFO);
        case CHARACTER_DEVICE -> putDevice(entry, FileType.CHARACTER_DEVICE);
        case BLOCK_DEVICE -> putDevice(entry, FileType.BLOCK_DEVICE);
        case HARD_LINK -> putHardLink(entry);
        case WHITEOUT -> putWhiteout(entry);
        case OPAQUE -> ((LayerNode) walk.findOrCreate(root, entry.path())).makeOpaque();
      }
    } catch (PosixException e) {
      throw malformed(entry, pathRule(e.errno()));
    }
  }

  /**
   * Checks what only the whole changeset shows.
   *
   * @throws MalformedImageException if a hard link's target came after it
   */
  void finish() throws IOException {
    for (ChangesetEntry entry : unresolved) {
      try {
        TreeNode target = walk.findLast(entry.hardLinkTarget());
        boolean lower =
            target == null || target.isWhiteout() || ((LayerNode) target).isUnresolved();
        if (!lower) {
          throw malformed(entry, "a hard link to an entry that comes later");
        }
      } catch (PosixException e) {
        throw malformed(entry, pathRule(e.errno()));
      }
    }
  }

  private void putDirectory(ChangesetEntry entry) throws IOException {
    SortedMap<Name, byte[]> attributes = storable(entry);
    if (entry.path().isEmpty()) {
      root.setAttributes(entry, attributes);
      return;
    }
    TreeNode parent = parent(entry);
    Name name = last(entry.path());
    TreeNode existing = parent.child(name);
    if (existing != null && existing.isDirectory()) {
      ((LayerNode) existing).setAttributes(entry, attributes);
      return;
    }
    LayerNode directory = LayerNode.of(FileType.DIRECTORY, entry, attributes);
    if (existing != null) {
      // What was here, a whiteout or an earlier entry, already hid the lower layers' object.
      directory.makeOpaque();
    }
    parent.put(name, directory);
  }

  private void putFile(ChangesetEntry entry, long block) throws IOException {
    put(entry, FileType.REGULAR).locate(block);
  }

  private LayerNode put(ChangesetEntry entry, FileType type) throws IOException {
    LayerNode node = LayerNode.of(type, entry, storable(entry));
    parent(entry).put(last(entry.path()), node);
    return node;
  }

  private void putDevice(ChangesetEntry entry, FileType type) throws IOException {
    int major = entry.rdevMajor();
    int minor = entry.rdevMinor();
    if (major < 0 || major >= 1 << 12 || minor < 0 || minor >= 1 << 20) {
      throw malformed(entry, "a device number out of the kernel's range");
    }
    if (type == FileType.CHARACTER_DEVICE && major == 0 && minor == 0) {
      throw malformed(entry, "a character device 0:0, which is a whiteout to overlayfs");
    }
    put(entry, type);
  }

  private void putWhiteout(ChangesetEntry entry) throws IOException {
    TreeNode parent = parent(entry);
    Name name = last(entry.path());
    TreeNode existing = parent.child(name);
    if (existing == null) {
      parent.put(name, LayerNode.whiteout());
    } else if (existing.isDirectory()) {
      ((LayerNode) existing).hideLower();
    }
  }

  private void putHardLink(ChangesetEntry entry) throws IOException {
    List<Name> path = entry.hardLinkTarget();
    if (path.isEmpty()) {
      throw malformed(entry, "a hard link to a directory");
    }
    TreeNode parent = parent(entry);
    Name name = last(entry.path());
    TreeNode targetParent = walk.find(root, path.subList(0, path.size() - 1));
    if (targetParent == parent && last(path).equals(name)) {
      throw malformed(entry, "a hard link to itself");
    }
    TreeNode target = targetParent == null ? null : targetParent.child(last(path));
    if (target == null || target.isWhiteout()) {
      target = LayerNode.unresolved(PathWalk.join(path));
      unresolved.add(entry);
    } else if (target.isDirectory()) {
      throw malformed(entry, "a hard link to a directory");
    }
    parent.put(name, target);
  }

  private TreeNode parent(ChangesetEntry entry) throws IOException {
    List<Name> path = entry.path();
    if (path.isEmpty()) {
      throw malformed(entry, "the root can only be a directory");
    }
    if (!PathWalk.isLegal(last(path))) {
      throw malformed(entry, "not a file name");
    }
    return walk.findOrCreate(root, path.subList(0, path.size() - 1));
  }

  private static Name last(List<Name> path) {
    return path.get(path.size() - 1);
  }

  private static String pathRule(Errno errno) {
    return switch (errno) {
      case ENOTDIR -> "below something that is not a directory";
      case ELOOP -> "below more than 40 symbolic links, or a loop of them";
      default -> "below a symbolic link that leads nowhere";
    };
  }

  /** Returns an entry's attributes, if a layer file can hold them. */
  private SortedMap<Name, byte[]> storable(ChangesetEntry entry) throws IOException {
    SortedMap<Name, byte[]> xattrs = entry.xattrs();
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      Name name = xattr.getKey();
      if (LayerMarks.isReserved(name) || XattrNamespace.of(name) == null) {
        throw malformed(entry, "an extended attribute that images can't have");
      }
      if (name.length() > Name.MAX_LENGTH || xattr.getValue().length > MAX_XATTR_VALUE) {
        throw unsupported(entry, "an extended attribute above 255 bytes of name or 65535 of value");
      }
    }
    if (!xattrs.isEmpty() && XattrWriter.size(xattrs) > MAX_XATTR_SIZE - LayerMarks.MAX_SIZE) {
      throw unsupported(entry, "more than 256 KiB of extended attributes");
    }
    return xattrs.isEmpty() ? Collections.emptySortedMap() : xattrs;
  }

  MalformedImageException malformed(ChangesetEntry entry, String rule) {
    return new MalformedImageException(place(entry), rule);
  }

  UnsupportedImageException unsupported(ChangesetEntry entry, String reason) {
    return new UnsupportedImageException(place(entry), reason);
  }

  private String place(ChangesetEntry entry) {
    String path = Name.decode(PathWalk.join(entry.path()));
    return subject + " entry " + entry.index() + " '" + path + "'";
  }
}
