package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.error.Printable;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.store.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a layer that makes one tree of another. Hard links are kept: the first name of an inode has its content.
 * Sockets are left out, since a tar has none, and noted.
 */
public final class TreeEntries implements LayerEntries {
  private static final int BUFFER = 128 << 10;
  private static final int MAX_NOTES = 100;
  private static final byte[] NO_TARGET = {};

  private final PosixView tree;
  private final TreeDifference difference;
  private final TimeClamp clamp;
  private final Map<Long, List<Name>> firstNames = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private @Nullable Node current;
  private @Nullable ChangesetEntry ahead;
  private Timespec latest = new Timespec(0, 0);
  private long index;

  TreeEntries(PosixView tree, TreeDifference difference, TimeClamp clamp) {
    this.tree = tree;
    this.difference = difference;
    this.clamp = clamp;
  }

  /**
   * Returns entries for all that is in a tree.
   *
   * @param tree the tree, which must not change
   * @param clamp what is later than this is not
   */
  public static TreeEntries ofAll(PosixView tree, TimeClamp clamp) throws IOException {
    TreeDifference all =
        new TreeDifference(null, tree, Knowledge.NONE, TreeDifference.Purpose.LAYER);
    return new TreeEntries(tree, all, clamp);
  }

  @Override
  public boolean isEmpty() throws IOException {
    if (ahead == null) {
      ahead = next();
    }
    return ahead == null;
  }

  @Override
  public long total() {
    return Progress.UNKNOWN;
  }

  @Override
  public Timespec latest() {
    return latest;
  }

  @Override
  public String subject() {
    return "new layer";
  }

  @Override
  public @Nullable ChangesetEntry next() throws IOException {
    ChangesetEntry first = ahead;
    if (first != null) {
      ahead = null;
      return first;
    }
    TreeDifference.Step step = difference.next();
    while (step != null && isSocket(step)) {
      note(step.path());
      step = difference.next();
    }
    if (step == null) {
      return null;
    }
    current = step.node();
    return step.node() == null || step.attributes() == null
        ? whiteout(step.path())
        : entry(step.path(), step.node(), step.attributes());
  }

  private static boolean isSocket(TreeDifference.Step step) {
    return step.stat() != null && step.stat().type() == FileType.SOCKET;
  }

  private void note(List<Name> path) {
    if (notes.size() < MAX_NOTES) {
      notes.add("left out the socket " + Printable.of(text(path)));
    } else if (notes.size() == MAX_NOTES) {
      notes.add("left out more sockets");
    }
  }

  private static String text(List<Name> path) {
    return "/" + String.join("/", path.stream().map(Name::toString).toList());
  }

  private ChangesetEntry whiteout(List<Name> path) {
    return new ChangesetEntry(
        index++,
        Kind.WHITEOUT,
        path,
        0,
        0,
        0,
        0,
        0,
        0,
        NO_TARGET,
        List.of(),
        0,
        0,
        Collections.emptySortedMap());
  }

  private ChangesetEntry entry(List<Name> path, Node node, NodeAttributes attributes)
      throws IOException {
    Stat stat = attributes.stat();
    Timespec time = clamp.apply(new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
    if (TimeClamp.isAfter(time, latest)) {
      latest = time;
    }
    Optional<List<Name>> firstName = firstName(path, stat);
    Kind kind = firstName.isPresent() ? Kind.HARD_LINK : kind(stat.type());
    return new ChangesetEntry(
        index++,
        kind,
        path,
        stat.mode(),
        stat.uid(),
        stat.gid(),
        kind == Kind.FILE ? stat.size() : 0,
        time.seconds(),
        time.nanos(),
        kind == Kind.SYMLINK ? tree.readLink(node) : NO_TARGET,
        firstName.orElse(List.of()),
        stat.rdevMajor(),
        stat.rdevMinor(),
        kind == Kind.HARD_LINK ? Collections.emptySortedMap() : xattrs(node, attributes.xattrs()));
  }

  /** The name that the inode had before, if it had one. */
  private Optional<List<Name>> firstName(List<Name> path, Stat stat) {
    if (stat.type() == FileType.DIRECTORY || stat.links() < 2) {
      return Optional.empty();
    }
    return Optional.ofNullable(firstNames.putIfAbsent(stat.inode(), path));
  }

  private static Kind kind(FileType type) {
    return switch (type) {
      case REGULAR -> Kind.FILE;
      case DIRECTORY -> Kind.DIRECTORY;
      case SYMLINK -> Kind.SYMLINK;
      case FIFO -> Kind.FIFO;
      case CHARACTER_DEVICE -> Kind.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> Kind.BLOCK_DEVICE;
      case SOCKET -> throw new IllegalArgumentException("a layer has no sockets");
    };
  }

  private SortedMap<Name, byte[]> xattrs(Node node, List<Name> names) throws IOException {
    if (names.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<Name, byte[]> xattrs = new TreeMap<>();
    for (Name name : names) {
      byte[] value = tree.xattr(node, name);
      if (value != null) {
        xattrs.put(name, value);
      }
    }
    return xattrs;
  }

  @Override
  public void readData(DataSink sink) throws IOException {
    Node file = current;
    if (file == null) {
      return;
    }
    try (FileHandle handle = tree.open(file, EnumSet.of(OpenFlag.READ))) {
      long size = handle.size();
      for (long position = 0; position < size; ) {
        int wanted = (int) Math.min(buffer.length, size - position);
        int n = handle.read(ByteBuffer.wrap(buffer, 0, wanted), position);
        if (n <= 0) {
          throw new IOException("changed while it was read: " + file);
        }
        if (!isZero(n)) {
          sink.accept(position, buffer, 0, n);
        }
        position += n;
      }
    }
  }

  /** Holes stay holes in the layer file. */
  private boolean isZero(int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }
}
