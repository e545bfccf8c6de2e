package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An operation with random arguments, which can be done on any view. Paths are few, so that they often exist. */
public record RandomOperation(
    Kind kind, String path, String other, int number, Set<OpenFlag> openFlags, XattrFlag flag) {

  public enum Kind {
    CREATE,
    MKDIR,
    MKNOD,
    SYMLINK,
    LINK,
    UNLINK,
    RMDIR,
    RENAME,
    RENAME_AGAIN,
    NOREPLACE,
    EXCHANGE,
    CHMOD,
    CHOWN,
    UTIMENS,
    SET_XATTR,
    REMOVE_XATTR,
    OPEN,
    WRITE,
    WRITE_AGAIN,
    READ,
    TRUNCATE,
    CLOSE,
    STAT_OPEN,
    LIST
  }

  private static final String[] NAMES = {"a", "b", "c", "d", "e", "Caf\u00e9 CON"};
  private static final String[] XATTRS = {
    "user.one", "trusted.two", "security.capability", "user.overlay.opaque", "user.note", "x.y"
  };
  private static final List<Set<OpenFlag>> OPEN_FLAGS = List.of(
      Set.of(OpenFlag.READ),
      Set.of(OpenFlag.READ, OpenFlag.WRITE),
      Set.of(OpenFlag.WRITE, OpenFlag.APPEND),
      Set.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.TRUNCATE));

  public static RandomOperation next(Random random) {
    return new RandomOperation(
        Kind.values()[random.nextInt(Kind.values().length)],
        path(random),
        path(random),
        random.nextInt(1 << 20),
        OPEN_FLAGS.get(random.nextInt(OPEN_FLAGS.size())),
        XattrFlag.values()[random.nextInt(3)]);
  }

  /** The same on other paths. */
  RandomOperation at(UnaryOperator<String> place) {
    return new RandomOperation(
        kind, place.apply(path), place.apply(other), number, openFlags, flag);
  }

  /** Whether a kernel that mounts the upper shows what came of it, although only Java wrote the upper. */
  public boolean suitsKernel() {
    return switch (kind) {
      case MKNOD -> false;
      case SET_XATTR, REMOVE_XATTR -> xattr().toString().equals("user.one");
      default -> true;
    };
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  /** Does it and says what came of it. */
  public String outcome(PosixView view, List<FileHandle> open) {
    try {
      return run(view, open);
    } catch (PosixException e) {
      return e.errno().name();
    }
  }

  private String run(PosixView view, List<FileHandle> open) throws PosixException {
    Node parent = parent(view, path);
    Name name = name(path);
    switch (kind) {
      case CREATE -> view.create(parent, name, FileType.REGULAR, number & 07777, 0, 0);
      case MKDIR -> view.create(parent, name, FileType.DIRECTORY, 0700 | number & 07777, 0, 0);
      case MKNOD -> view.create(parent, name, special(), number & 0777, number & 7, number >> 8);
      case SYMLINK -> view.symlink(parent, name, target());
      case LINK -> view.link(node(view, other), parent, name);
      case UNLINK -> view.unlink(parent, name);
      case RMDIR -> view.rmdir(parent, name);
      case RENAME, RENAME_AGAIN -> rename(view, Set.of());
      case NOREPLACE -> rename(view, Set.of(RenameFlag.NOREPLACE));
      case EXCHANGE -> rename(view, Set.of(RenameFlag.EXCHANGE));
      case CHMOD -> view.chmod(node(view, path), number & 07777);
      case CHOWN -> view.chown(node(view, path), (number & 15) - 1, (number >> 4 & 15) - 1);
      case UTIMENS -> view.utimens(node(view, path), time(), time());
      case SET_XATTR -> view.setXattr(node(view, path), xattr(), new byte[number & 63], flag);
      case REMOVE_XATTR -> view.removeXattr(node(view, path), xattr());
      case OPEN -> open.add(view.open(node(view, path), openFlags));
      case WRITE, WRITE_AGAIN -> {
        FileHandle file = pick(open);
        file.write(ByteBuffer.wrap(target()), number & 0x1FFF);
        return file.size() + " bytes long";
      }
      case READ -> {
        return read(pick(open));
      }
      case TRUNCATE -> pick(open).truncate(number & 0x3FFF);
      case CLOSE -> {
        FileHandle file = pick(open);
        open.remove(file);
        file.close();
      }
      case STAT_OPEN -> {
        FileHandle file = pick(open);
        return file.stat().links() + " " + file.stat().size() + " "
            + file.stat().mode();
      }
      case LIST -> {
        return view.list(node(view, path)).stream()
            .map(entry -> entry.name().toString())
            .toList()
            .toString();
      }
    }
    return "done";
  }

  private void rename(PosixView view, Set<RenameFlag> flags) throws PosixException {
    view.rename(parent(view, path), name(path), parent(view, other), name(other), flags);
  }

  private String read(FileHandle file) throws PosixException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    int n = file.read(buffer, number & 0x1FFF);
    return n + " " + java.util.Arrays.hashCode(buffer.array());
  }

  private FileHandle pick(List<FileHandle> open) throws PosixException {
    if (open.isEmpty()) {
      throw new PosixException(Errno.EBADF, "no handle");
    }
    return open.get(number % open.size());
  }

  private FileType special() {
    return switch (number & 3) {
      case 0 -> FileType.FIFO;
      case 1 -> FileType.SOCKET;
      case 2 -> FileType.BLOCK_DEVICE;
      default -> FileType.CHARACTER_DEVICE;
    };
  }

  private byte[] target() {
    return Integer.toString(number, 36).repeat(1 + number % 50).getBytes(StandardCharsets.US_ASCII);
  }

  private Timespec time() {
    return new Timespec(number * 1000L, number * 100);
  }

  private Name xattr() {
    return Name.of(XATTRS[number % XATTRS.length]);
  }

  private static Node parent(PosixView view, String path) throws PosixException {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? view.root() : node(view, path.substring(0, slash));
  }

  private static Name name(String path) {
    return Name.of(path.substring(path.lastIndexOf('/') + 1));
  }

  private static Node node(PosixView view, String path) throws PosixException {
    Node node = ViewTree.find(view, path);
    if (node == null) {
      throw new PosixException(Errno.ENOENT, path);
    }
    return node;
  }
}
