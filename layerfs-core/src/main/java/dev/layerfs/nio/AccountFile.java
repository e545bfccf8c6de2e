package dev.layerfs.nio;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names and ids of {@code /etc/passwd} or {@code /etc/group}: lines {@code name:password:id:…}, the first of a name
 * or id counts, others are passed over (passwd(5), group(5)). Read again whenever the file has changed.
 */
final class AccountFile {
  private static final long MAX_ID = 4_294_967_294L;
  private static final Content EMPTY = new Content(null, Map.of(), Map.of());

  private final FileTree tree;
  private final LayerPath path;
  private final int maxBytes;
  private volatile Content last = EMPTY;

  private record Content(@Nullable Stat stat, Map<String, Long> ids, Map<Long, String> names) {}

  AccountFile(FileTree tree, String path, int maxBytes) {
    this.tree = tree;
    this.maxBytes = maxBytes;
    this.path = LayerPath.ofBytes(tree.fileSystem(), PathText.encode(path));
  }

  /** Returns the name of an id, or the id itself if it has none or the file can't be read. */
  String nameOf(long id) {
    try {
      String name = content().names().get(id);
      return name == null ? Long.toString(id) : name;
    } catch (IOException e) {
      return Long.toString(id);
    }
  }

  /** Returns the id of a name, or null if it has none. */
  @Nullable
  Long idOf(String name) throws IOException {
    return content().ids().get(name);
  }

  /** Returns the id that digits stand for, or -1 if the text is not a valid id. */
  static long parseId(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 10;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    long id = digits ? Long.parseLong(text) : -1;
    return id <= MAX_ID ? id : -1;
  }

  private Content content() throws IOException {
    Content content = tree.onNodeIfExists(path, LastLink.FOLLOW, this::content);
    return content == null ? EMPTY : content;
  }

  private Content content(PosixView view, Node node) throws IOException {
    if (node.type() != FileType.REGULAR) {
      return EMPTY;
    }
    Content known = last;
    Stat stat = view.stat(node);
    if (!stat.equals(known.stat())) {
      known = parse(stat, read(view, node));
      last = known;
    }
    return known;
  }

  private byte[] read(PosixView view, Node node) throws IOException {
    try (FileHandle handle = view.open(node, Set.of(OpenFlag.READ))) {
      long size = handle.size();
      if (size > maxBytes) {
        throw new LimitExceededException(path.toString(), "maxAccountFileBytes", maxBytes);
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      int count;
      do {
        count = handle.read(buffer, buffer.position());
      } while (count > 0);
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  private static Content parse(Stat stat, byte[] bytes) {
    Map<String, Long> ids = new HashMap<>();
    Map<Long, String> names = new HashMap<>();
    for (String line : Name.decode(bytes).split("\n", -1)) {
      String[] fields = line.split(":", 4);
      long id = fields.length < 3 ? -1 : parseId(fields[2]);
      if (id >= 0 && !fields[0].isEmpty()) {
        ids.putIfAbsent(fields[0], id);
        names.putIfAbsent(id, fields[0]);
      }
    }
    return new Content(stat, ids, names);
  }
}
