package dev.layerfs;

import dev.layerfs.posix.Aspect;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.NodeComparison;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one tree differs from another. A file differs by type, mode, owner, device number, extended attributes, target,
 * size, modification time or content; a directory not by its times, for they change with what is in it, but by anything
 * that differs in it. Not recursive: trees may be deeper than a stack.
 */
final class Comparison {
  private final PosixView base;
  private final PosixView other;
  private final Knowledge knowledge;
  private final NodeComparison comparison;
  private final List<Change> changes = new ArrayList<>();
  private final Deque<Frame> frames = new ArrayDeque<>(); // the innermost directory first

  /** What is known about the trees without looking closely. */
  interface Knowledge {
    /** Whether nodes at the same path, and all that is in them, are surely the same. */
    default boolean areSame(Node base, Node other) throws IOException {
      return false;
    }

    /** Whether two files of the same size surely have the same content. */
    default boolean haveSameContent(Stat base, Stat other) throws IOException {
      return false;
    }
  }

  private Comparison(PosixView base, PosixView other, Knowledge knowledge) {
    this.base = base;
    this.other = other;
    this.knowledge = knowledge;
    this.comparison = new NodeComparison(base, other, knowledge::haveSameContent);
  }

  /** Returns how a view differs from its image; what no upper has is not looked at. */
  static List<Change> withImage(UnionView image, UnionView view) throws IOException {
    return compare(image, view, new Knowledge() {
      @Override
      public boolean areSame(Node base, Node other) throws IOException {
        // what is untouched may be that of another path, in a directory that was renamed
        return !view.isInUpper(other)
            && image.stat(base).inode() == view.stat(other).inode();
      }
    });
  }

  /** Returns how {@code other} differs from {@code base}, each directory before what is in it, names in order. */
  static List<Change> compare(PosixView base, PosixView other, Knowledge knowledge)
      throws IOException {
    Comparison comparison = new Comparison(base, other, knowledge);
    comparison.run();
    return comparison.changes;
  }

  /** A name in one directory or both. */
  private static final class Pair {
    @Nullable
    Node base;

    @Nullable
    Node other;
  }

  /** A directory whose names are being compared. */
  private final class Frame {
    final String path;
    final Iterator<Map.Entry<Name, Pair>> pairs;
    boolean reported;

    Frame(String path, @Nullable Node inBase, Node inOther, boolean reported) throws IOException {
      this.path = path;
      this.reported = reported;
      TreeMap<Name, Pair> names = new TreeMap<>();
      if (inBase != null) {
        for (DirectoryEntry entry : base.list(inBase)) {
          names.computeIfAbsent(entry.name(), n -> new Pair()).base =
              base.lookup(inBase, entry.name());
        }
      }
      for (DirectoryEntry entry : other.list(inOther)) {
        names.computeIfAbsent(entry.name(), n -> new Pair()).other =
            other.lookup(inOther, entry.name());
      }
      this.pairs = names.entrySet().iterator();
    }
  }

  private void run() throws IOException {
    frames.push(new Frame("", base.root(), other.root(), true));
    while (!frames.isEmpty()) {
      Frame frame = frames.element();
      if (!frame.pairs.hasNext()) {
        frames.pop();
        continue;
      }
      Map.Entry<Name, Pair> next = frame.pairs.next();
      visit(frame.path + "/" + next.getKey(), next.getValue());
    }
  }

  private void visit(String path, Pair pair) throws IOException {
    if (pair.other == null) {
      report(new Change(Change.Kind.DELETED, path));
    } else if (pair.base == null) {
      report(new Change(Change.Kind.ADDED, path));
      if (pair.other.type() == FileType.DIRECTORY) {
        frames.push(new Frame(path, null, pair.other, true));
      }
    } else {
      compare(path, pair.base, pair.other);
    }
  }

  private void compare(String path, Node inBase, Node inOther) throws IOException {
    if (knowledge.areSame(inBase, inOther)) {
      return;
    }
    Stat before = base.stat(inBase);
    Stat after = other.stat(inOther);
    Set<Aspect> differences = differences(inBase, before, inOther, after);
    boolean modified = !differences.isEmpty();
    if (modified) {
      report(new Change(Change.Kind.MODIFIED, path, differences));
    }
    if (after.type() == FileType.DIRECTORY) {
      Node comparable = before.type() == FileType.DIRECTORY ? inBase : null;
      frames.push(new Frame(path, comparable, inOther, modified));
    }
  }

  /** Reports the directories that it is in, too, unless they were. */
  private void report(Change change) {
    Iterator<Frame> outermostFirst = frames.descendingIterator();
    while (outermostFirst.hasNext()) {
      Frame frame = outermostFirst.next();
      if (!frame.reported) {
        frame.reported = true;
        changes.add(new Change(Change.Kind.MODIFIED, frame.path));
      }
    }
    changes.add(change);
  }

  /** A directory's time changes with what is in it, which is reported by itself. */
  private Set<Aspect> differences(Node inBase, Stat before, Node inOther, Stat after)
      throws IOException {
    Set<Aspect> differences = comparison.differences(inBase, before, inOther, after);
    if (before.type() == FileType.DIRECTORY && after.type() == FileType.DIRECTORY) {
      differences.remove(Aspect.TIME);
    }
    return differences;
  }
}
