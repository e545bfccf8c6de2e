package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whole trees of views, to be compared and copied. */
public final class ViewTree {
  private ViewTree() {}

  /** Returns the node of a path, or null. */
  public static @Nullable Node find(PosixView view, String path) throws PosixException {
    Node node = view.root();
    for (String name : path.split("/")) {
      if (node != null && !name.isEmpty()) {
        node = node.type() == FileType.DIRECTORY ? view.lookup(node, Name.of(name)) : null;
      }
    }
    return node;
  }

  /** Describes everything that is not a matter of clocks: by path, one line each. */
  public static SortedMap<String, String> describe(PosixView view) throws PosixException {
    SortedMap<String, String> lines = new TreeMap<>();
    describe(view, view.root(), "", lines);
    return lines;
  }

  /** Describes everything that is not a matter of clocks, as text. */
  public static String text(PosixView view) throws PosixException {
    StringBuilder text = new StringBuilder();
    describe(view)
        .forEach((path, line) -> text.append(path).append(' ').append(line).append('\n'));
    return text.toString();
  }

  private static void describe(
      PosixView view, Node node, String path, SortedMap<String, String> lines)
      throws PosixException {
    lines.put(path + "/", line(view, node));
    if (node.type() == FileType.DIRECTORY) {
      for (DirectoryEntry entry : view.list(node)) {
        Node child = view.lookup(node, entry.name());
        if (child == null || child.type() != entry.type()) {
          lines.put(path + "/" + entry.name() + "/", "listed as " + entry.type());
        } else if (view.stat(child).inode() != entry.inode()) {
          lines.put(path + "/" + entry.name() + "/", "listed as inode " + entry.inode());
        } else if (!view.stat(child).equals(view.stat(node, entry.name()))) {
          lines.put(path + "/" + entry.name() + "/", "has other attributes by its name");
        } else {
          describe(view, child, path + "/" + entry.name(), lines);
        }
      }
    }
  }

  private static String line(PosixView view, Node node) throws PosixException {
    Stat s = view.stat(node);
    StringBuilder line = new StringBuilder();
    line.append(s.type()).append(" 0").append(Integer.toOctalString(s.mode()));
    line.append(' ')
        .append(s.uid())
        .append(':')
        .append(s.gid())
        .append(" links ")
        .append(s.links());
    line.append(" dev ").append(s.rdevMajor()).append(':').append(s.rdevMinor());
    if (s.type() != FileType.DIRECTORY) {
      line.append(" size ").append(s.size());
    }
    for (Name name : view.xattrs(node)) {
      byte[] value = view.xattr(node, name);
      line.append(' ').append(name).append('=');
      line.append(value == null ? "null" : HexFormat.of().formatHex(value));
    }
    if (s.type() == FileType.SYMLINK) {
      line.append(" -> ").append(Name.decode(view.readLink(node)));
    } else if (s.type() == FileType.REGULAR) {
      line.append(" content ").append(java.util.Arrays.hashCode(content(view, node)));
    }
    return line.toString();
  }

  /** Returns a regular file's content. */
  public static byte[] content(PosixView view, Node node) throws PosixException {
    try (FileHandle file = view.open(node, Set.of(OpenFlag.READ))) {
      ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
      file.read(buffer, 0);
      return buffer.array();
    }
  }

  /** Adds which inode number of one view is which of another, by path; fails if that changes or is not one to one. */
  public static void matchInodes(PosixView one, PosixView other, Map<Long, Long> numbers)
      throws PosixException {
    Map<Long, Long> back = new HashMap<>();
    matchInodes(one, one.root(), other, other.root(), numbers, back);
  }

  private static void matchInodes(
      PosixView one,
      Node here,
      PosixView other,
      Node there,
      Map<Long, Long> numbers,
      Map<Long, Long> back)
      throws PosixException {
    long a = one.stat(here).inode();
    long b = other.stat(there).inode();
    Long known = numbers.putIfAbsent(a, b);
    Long owner = back.putIfAbsent(b, a);
    if (known != null && known != b || owner != null && owner != a) {
      throw new AssertionError(
          here + ": inode " + a + " is " + b + ", and was " + known + "; " + b + " is of " + owner);
    }
    if (here.type() == FileType.DIRECTORY) {
      for (DirectoryEntry entry : one.list(here)) {
        Node left = one.lookup(here, entry.name());
        Node right = other.lookup(there, entry.name());
        if (left == null || right == null) {
          throw new AssertionError(entry + ": missing");
        }
        matchInodes(one, left, other, right, numbers, back);
      }
    }
  }

  /** Copies everything of a view into an empty one, hard links as such. */
  public static void copy(PosixView from, PosixView to) throws PosixException {
    copy(from, from.root(), to, to.root(), new HashMap<>());
  }

  private static void copy(
      PosixView from, Node source, PosixView to, Node target, Map<Long, Node> links)
      throws PosixException {
    if (source.type() == FileType.DIRECTORY) {
      for (DirectoryEntry entry : from.list(source)) {
        Node child = from.lookup(source, entry.name());
        Node linked = links.get(entry.inode());
        if (child != null && linked != null) {
          to.link(linked, target, entry.name());
        } else if (child != null) {
          Node made = make(from, child, to, target, entry.name());
          links.put(entry.inode(), made);
          copy(from, child, to, made, links);
        }
      }
    }
    copyAttributes(from, source, to, target);
  }

  private static Node make(PosixView from, Node node, PosixView to, Node directory, Name name)
      throws PosixException {
    Stat s = from.stat(node);
    if (s.type() == FileType.SYMLINK) {
      return to.symlink(directory, name, from.readLink(node));
    }
    Node made = to.create(directory, name, s.type(), s.mode(), s.rdevMajor(), s.rdevMinor());
    if (s.type() == FileType.REGULAR) {
      try (FileHandle file = to.open(made, Set.of(OpenFlag.WRITE))) {
        file.write(ByteBuffer.wrap(content(from, node)), 0);
      }
    }
    return made;
  }

  private static void copyAttributes(PosixView from, Node source, PosixView to, Node target)
      throws PosixException {
    Stat s = from.stat(source);
    to.chown(target, s.uid(), s.gid());
    if (s.type() != FileType.SYMLINK) {
      to.chmod(target, s.mode());
    }
    for (Name name : from.xattrs(source)) {
      byte[] value = from.xattr(source, name);
      if (value != null) {
        to.setXattr(target, name, value, XattrFlag.SET);
      }
    }
    to.utimens(
        target,
        new Timespec(s.atimeSeconds(), s.atimeNanos()),
        new Timespec(s.mtimeSeconds(), s.mtimeNanos()));
  }

  /** Returns the names of a directory. */
  public static List<String> names(PosixView view, String path) throws PosixException {
    Node node = find(view, path);
    if (node == null) {
      throw new AssertionError(path + ": missing");
    }
    return view.list(node).stream().map(entry -> entry.name().toString()).toList();
  }
}
