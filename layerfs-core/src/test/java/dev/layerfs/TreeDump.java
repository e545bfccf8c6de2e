package dev.layerfs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The lines that {@code dump-tree.py} prints of a directory, made from a view: everything there is to know of a tree. */
public final class TreeDump {
  private final PosixView view;
  private final Map<String, Node> nodes = new TreeMap<>();
  private final Map<Long, String> firstNames = new HashMap<>();

  private TreeDump(PosixView view) {
    this.view = view;
  }

  /** Returns the lines by path. */
  public static Map<String, String> of(PosixView view) throws IOException {
    TreeDump dump = new TreeDump(view);
    dump.collect();
    Map<String, String> lines = new TreeMap<>();
    for (Map.Entry<String, Node> entry : dump.nodes.entrySet()) {
      lines.put(entry.getKey(), dump.line(entry.getKey(), entry.getValue()));
    }
    return lines;
  }

  private record Directory(String path, Node node) {}

  private void collect() throws IOException {
    Deque<Directory> todo = new ArrayDeque<>(List.of(new Directory("", view.root())));
    nodes.put("/", view.root());
    Map<Long, List<String>> names = new HashMap<>();
    while (!todo.isEmpty()) {
      Directory directory = todo.pop();
      for (DirectoryEntry entry : view.list(directory.node())) {
        Node node = view.lookup(directory.node(), entry.name());
        if (node == null) {
          throw new AssertionError(
              directory.path() + " lists a name that is not there: " + entry.name());
        }
        String path = directory.path() + "/" + text(entry.name().toBytes());
        nodes.put(path, node);
        if (node.type() == FileType.DIRECTORY) {
          todo.push(new Directory(path, node));
        } else {
          names
              .computeIfAbsent(view.stat(node).inode(), inode -> new ArrayList<>())
              .add(path);
        }
      }
    }
    names.forEach((inode, paths) -> {
      if (paths.size() > 1) {
        firstNames.put(inode, paths.stream().min(String::compareTo).orElseThrow());
      }
    });
  }

  private String line(String path, Node node) throws IOException {
    Stat stat = view.stat(node);
    boolean link = stat.type() == FileType.SYMLINK;
    boolean file = stat.type() == FileType.REGULAR;
    boolean device =
        stat.type() == FileType.CHARACTER_DEVICE || stat.type() == FileType.BLOCK_DEVICE;
    return String.join(
        "\t",
        path,
        typeName(stat.type()),
        String.format("%04o", stat.mode()),
        Long.toString(stat.uid()),
        Long.toString(stat.gid()),
        file || link ? Long.toString(stat.size()) : "-",
        nanoseconds(stat),
        link ? text(view.readLink(node)) : "-",
        device ? stat.rdevMajor() + ":" + stat.rdevMinor() : "-",
        xattrs(node),
        stat.type() == FileType.DIRECTORY ? "-" : firstNames.getOrDefault(stat.inode(), "-"),
        file ? sha256(node) : "-");
  }

  private static String nanoseconds(Stat stat) {
    return BigInteger.valueOf(stat.mtimeSeconds())
        .multiply(BigInteger.valueOf(1_000_000_000))
        .add(BigInteger.valueOf(stat.mtimeNanos()))
        .toString();
  }

  private String xattrs(Node node) throws IOException {
    List<String> all = new ArrayList<>();
    for (Name name : view.xattrs(node)) {
      byte[] value = view.xattr(node, name);
      all.add(text(name.toBytes()) + "=" + (value == null ? "" : text(value)));
    }
    all.sort(null);
    return all.isEmpty() ? "-" : String.join(",", all);
  }

  private String sha256(Node node) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (FileHandle handle = view.open(node, Set.of(OpenFlag.READ))) {
      long position = 0;
      for (int n = handle.read(buffer, position);
          n > 0;
          n = handle.read(buffer.clear(), position)) {
        position += n;
        digest.update(buffer.flip());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String typeName(FileType type) {
    return switch (type) {
      case REGULAR -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "symlink";
      case FIFO -> "fifo";
      case SOCKET -> "socket";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
    };
  }

  private static String text(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      if (b > 0x20 && b < 0x7F && b != '%') {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b));
      }
    }
    return out.toString();
  }
}
