package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Does on a view what {@code posix-actor.py} does on the host, and says what came of it in the same words. */
final class ViewActor {
  private final PosixView view;
  private final Resolver resolver;

  ViewActor(PosixView view) {
    this.view = view;
    this.resolver = new Resolver(view);
  }

  /** Does an operation. */
  String perform(PosixCases.Operation operation) {
    try {
      String result = run(operation);
      return result == null ? "ok" : "ok " + result;
    } catch (PosixException e) {
      return e.errno().name();
    }
  }

  private String run(PosixCases.Operation o) throws PosixException {
    String path = o.argument(0);
    switch (o.name()) {
      case "access" -> view.access(node(path, LastLink.FOLLOW), modes(o.argument(1)));
      case "open" -> open(node(path, LastLink.NOFOLLOW), o.argument(1)).close();
      case "write" -> write(path);
      case "truncate" -> truncate(path, Long.parseLong(o.argument(1)));
      case "create" -> create(path, octal(o.argument(1)), flags(o.argument(2)));
      case "mkdir" -> make(path, FileType.DIRECTORY, octal(o.argument(1)));
      case "mknod" -> make(path, type(o.argument(1)), octal(o.argument(2)));
      case "symlink" -> symlink(path, o.argument(1));
      case "link" -> link(path, o.argument(1));
      case "unlink", "rmdir" -> remove(o.name(), resolved(path));
      case "rename" -> rename(path, o.argument(1), Integer.parseInt(o.argument(2)));
      case "chmod" -> view.chmod(node(path, LastLink.FOLLOW), octal(o.argument(1)));
      case "chown" -> chown(path, Long.parseLong(o.argument(1)), Long.parseLong(o.argument(2)));
      case "utimens" -> utimens(path);
      case "setxattr" -> setXattr(o);
      case "removexattr" -> view.removeXattr(node(path, LastLink.NOFOLLOW), Name.of(o.argument(1)));
      default -> {
        return read(o, path);
      }
    }
    return null;
  }

  private String read(PosixCases.Operation o, String path) throws PosixException {
    boolean follows = o.name().equals("list");
    Node node = node(path, follows ? LastLink.FOLLOW : LastLink.NOFOLLOW);
    return switch (o.name()) {
      case "list" ->
        view.list(node).stream().map(e -> e.name().toString()).collect(Collectors.joining(" "));
      case "readlink" -> Name.decode(view.readLink(node));
      case "stat" -> Integer.toString(mode(view.stat(node)));
      case "xattr" -> xattr(node, Name.of(o.argument(1)));
      case "xattrs" -> names(view, node);
      default -> throw new IllegalArgumentException(o.toString());
    };
  }

  /** As the script does, says of an unknown namespace what it says of an unknown attribute. */
  private String xattr(Node node, Name name) throws PosixException {
    try {
      byte[] value = view.xattr(node, name);
      return value == null ? "none" : HexFormat.of().formatHex(value);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOTSUP) {
        return "none";
      }
      throw e;
    }
  }

  private static String names(PosixView view, Node node) throws PosixException {
    return view.xattrs(node).stream().map(Name::toString).collect(Collectors.joining(" "));
  }

  private Node node(String path, LastLink last) throws PosixException {
    return resolver.resolve(bytes(path), last).existing();
  }

  private Resolved resolved(String path) throws PosixException {
    return resolver.resolve(bytes(path), LastLink.NOFOLLOW);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int octal(String text) {
    return Integer.parseInt(text, 8);
  }

  private static Set<AccessMode> modes(String letters) {
    Set<AccessMode> modes = EnumSet.noneOf(AccessMode.class);
    for (char letter : letters.toCharArray()) {
      modes.add(
          letter == 'r' ? AccessMode.READ : letter == 'w' ? AccessMode.WRITE : AccessMode.EXECUTE);
    }
    return modes;
  }

  private static Set<OpenFlag> flags(String letters) {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    for (char letter : letters.toCharArray()) {
      flags.add(letter == 'r' ? OpenFlag.READ : letter == 'w' ? OpenFlag.WRITE : OpenFlag.TRUNCATE);
    }
    return flags;
  }

  private FileHandle open(Node node, String flags) throws PosixException {
    return view.open(node, flags(flags));
  }

  private void write(String path) throws PosixException {
    try (FileHandle file = open(node(path, LastLink.NOFOLLOW), "w")) {
      file.write(ByteBuffer.wrap(new byte[] {'w'}), 0);
    }
  }

  private void truncate(String path, long size) throws PosixException {
    try (FileHandle file = open(node(path, LastLink.NOFOLLOW), "w")) {
      file.truncate(size);
    }
  }

  private void create(String path, int mode, Set<OpenFlag> flags) throws PosixException {
    Resolved where = resolved(path);
    view.createAndOpen(where.parent(), where.name(), mode, flags).close();
  }

  private void make(String path, FileType type, int mode) throws PosixException {
    Resolved where = resolved(path);
    view.create(where.parent(), where.name(), type, mode, 1, 3);
  }

  static FileType type(String kind) {
    return switch (kind) {
      case "dir" -> FileType.DIRECTORY;
      case "file" -> FileType.REGULAR;
      case "link" -> FileType.SYMLINK;
      case "fifo" -> FileType.FIFO;
      case "socket" -> FileType.SOCKET;
      case "char" -> FileType.CHARACTER_DEVICE;
      case "block" -> FileType.BLOCK_DEVICE;
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private void symlink(String path, String target) throws PosixException {
    Resolved where = resolved(path);
    view.symlink(where.parent(), where.name(), bytes(target));
  }

  private void link(String path, String added) throws PosixException {
    Node node = node(path, LastLink.NOFOLLOW);
    Resolved where = resolved(added);
    view.link(node, where.parent(), where.name());
  }

  private void remove(String operation, Resolved found) throws PosixException {
    if (operation.equals("unlink")) {
      view.unlink(found.parent(), found.name());
    } else {
      view.rmdir(found.parent(), found.name());
    }
  }

  private void rename(String path, String to, int flags) throws PosixException {
    Set<RenameFlag> set =
        flags == 0 ? Set.of() : Set.of(flags == 1 ? RenameFlag.NOREPLACE : RenameFlag.EXCHANGE);
    Resolved source = resolved(path);
    Resolved target = resolved(to);
    view.rename(source.parent(), source.name(), target.parent(), target.name(), set);
  }

  private void chown(String path, long uid, long gid) throws PosixException {
    view.chown(node(path, LastLink.NOFOLLOW), uid, gid);
  }

  private void utimens(String path) throws PosixException {
    Timespec time = new Timespec(1_000_000_000, 0);
    view.utimens(node(path, LastLink.NOFOLLOW), time, time);
  }

  private void setXattr(PosixCases.Operation o) throws PosixException {
    view.setXattr(
        node(o.argument(0), LastLink.NOFOLLOW),
        Name.of(o.argument(1)),
        HexFormat.of().parseHex(o.argument(2)),
        XattrFlag.valueOf(o.argument(3)));
  }

  /** Makes the objects of the cases. */
  static void make(PosixView view, List<PosixCases.Node> nodes) throws PosixException {
    ViewActor root = new ViewActor(view);
    for (PosixCases.Node node : nodes) {
      if (node.kind().equals("link")) {
        root.symlink(node.path(), node.target());
      } else {
        root.make(node.path(), type(node.kind()), 0600);
      }
    }
    for (PosixCases.Node node : nodes) {
      root.chown(node.path(), node.uid(), node.gid());
      Node made = root.node(node.path(), LastLink.NOFOLLOW);
      if (!node.kind().equals("link")) {
        view.chmod(made, node.mode());
      }
      for (var xattr : node.xattrs().entrySet()) {
        view.setXattr(made, Name.of(xattr.getKey()), xattr.getValue(), XattrFlag.SET);
      }
    }
  }

  /** Describes the tree. */
  static List<String> dump(PosixView view) throws PosixException {
    List<String> lines = new ArrayList<>();
    dump(view, view.root(), "", lines);
    return lines;
  }

  private static void dump(PosixView view, Node directory, String prefix, List<String> lines)
      throws PosixException {
    for (DirectoryEntry entry : view.list(directory)) {
      Node node = view.lookup(directory, entry.name());
      lines.add(describe(view, node, prefix + entry.name()));
      if (node.type() == FileType.DIRECTORY) {
        dump(view, node, prefix + entry.name() + "/", lines);
      }
    }
  }

  private static String describe(PosixView view, Node node, String path) throws PosixException {
    Stat stat = view.stat(node);
    List<String> fields = new ArrayList<>(List.of(path, Integer.toOctalString(mode(stat))));
    fields.add(stat.uid() + ":" + stat.gid());
    if (stat.type() == FileType.REGULAR) {
      fields.add(stat.size() + " bytes");
    }
    if (stat.type() != FileType.DIRECTORY) {
      fields.add(stat.links() + " names");
    }
    if (stat.type() == FileType.SYMLINK) {
      fields.add(Name.decode(view.readLink(node)));
    }
    for (Name name : view.xattrs(node)) {
      fields.add(name + "=" + HexFormat.of().formatHex(view.xattr(node, name)));
    }
    return String.join(" ", fields);
  }

  private static int mode(Stat stat) {
    return stat.type().format() | stat.mode();
  }
}
