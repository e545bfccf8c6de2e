package dev.layerfs.union.differential;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what a view shows. */
final class VisibleTree {
  private final PosixView view;
  private final SortedMap<String, TreeEntry> entries = new TreeMap<>();

  private VisibleTree(PosixView view) {
    this.view = view;
  }

  /** Returns what is in a directory of a view. */
  static Tree read(PosixView view, String directory) throws PosixException {
    VisibleTree tree = new VisibleTree(view);
    Name[] names = Resolver.split(Name.encode(directory)).toArray(new Name[0]);
    tree.add("", new Resolver(view).resolve(names, LastLink.NOFOLLOW).existing());
    return new Tree(tree.entries);
  }

  private void add(String path, Node node) throws PosixException {
    entries.put(path, entry(node));
    if (node.type() == FileType.DIRECTORY) {
      for (DirectoryEntry listed : view.list(node)) {
        String child = path.isEmpty() ? listed.name().toString() : path + "/" + listed.name();
        add(child, Objects.requireNonNull(view.lookup(node, listed.name()), "a ghost: " + child));
      }
    }
  }

  private TreeEntry entry(Node node) throws PosixException {
    Stat stat = view.stat(node);
    String content = switch (stat.type()) {
      case REGULAR -> content(node);
      case SYMLINK -> Name.decode(view.readLink(node));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> stat.rdevMajor() + ":" + stat.rdevMinor();
      default -> "";
    };
    return TreeEntry.of(stat.type(), stat.mode(), content, stat.links())
        .withOwnerAndTime(stat.uid(), stat.gid(), stat.mtimeSeconds(), stat.mtimeNanos())
        .withXattrs(xattrs(node));
  }

  private SortedMap<String, String> xattrs(Node node) throws PosixException {
    SortedMap<String, String> xattrs = new TreeMap<>();
    for (Name name : view.xattrs(node)) {
      byte[] value = Objects.requireNonNull(view.xattr(node, name), "listed only: " + name);
      xattrs.put(name.toString(), Name.decode(value));
    }
    return xattrs;
  }

  private String content(Node node) throws PosixException {
    try (FileHandle handle = view.open(node, Set.of(OpenFlag.READ))) {
      ByteBuffer buffer = ByteBuffer.allocate((int) handle.size());
      handle.read(buffer, 0);
      return Name.decode(buffer.array());
    }
  }
}
