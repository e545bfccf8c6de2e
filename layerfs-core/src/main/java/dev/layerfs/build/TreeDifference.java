package dev.layerfs.build;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.NodeComparison;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a tree differs from another, in the order of a layer: directories before what is in them, in each of them first what is
 * gone, then what is there, both by name. A directory with a difference in it is among the differences, but for the root. One pass, which
 * holds the names of the directories that lead to where it is. Not recursive: trees may be deeper than a stack.
 */
final class TreeDifference {
  private final @Nullable PosixView base;
  private final PosixView other;
  private final Untouched untouched;
  private final NodeComparison comparison;
  private final Wanted wanted;
  private final Deque<Frame> frames = new ArrayDeque<>(); // the innermost directory first
  private final Queue<Step> ready = new ArrayDeque<>();

  /** What is known of a tree without looking closely. */
  @FunctionalInterface
  interface Untouched {
    /** Whether an object, and all that is in it, is what the base has, at whatever path. */
    boolean isSure(Node other) throws IOException;
  }

  /** Tells which inodes are to be taken for different, although they aren't. */
  @FunctionalInterface
  interface Wanted {
    boolean isWanted(long inode) throws IOException;

    /** Whether what is untouched may have names of such inodes. */
    default boolean isEverywhere() throws IOException {
      return false;
    }
  }

  /**
   * A difference.
   *
   * @param path from the root; empty for the root
   * @param node what is there; null if it is gone
   * @param stat its attributes; null if it is gone
   */
  record Step(
      List<Name> path, @Nullable Node node, @Nullable Stat stat) {}

  /**
   * Begins to compare.
   *
   * @param base the tree beneath; null if there is none, and all is new
   * @param other the tree
   * @param untouched tells what need not be looked at
   * @param sameContent tells what need not be read
   * @param wanted asked of inodes with several names that don't differ
   */
  TreeDifference(
      @Nullable PosixView base,
      PosixView other,
      Untouched untouched,
      NodeComparison.SameContent sameContent,
      Wanted wanted)
      throws IOException {
    this.base = base;
    this.other = other;
    this.untouched = untouched;
    this.comparison = new NodeComparison(base == null ? other : base, other, sameContent);
    this.wanted = wanted;
    visit(List.of(), base == null ? null : base.root(), other.root());
  }

  /** A name in one directory or both. */
  private static final class Pair {
    boolean inBase;
    boolean inOther;
  }

  /** A directory whose names are being compared. */
  private final class Frame {
    final Step step;
    final @Nullable Node inBase;
    final Node inOther;
    final boolean same; // one directory in both trees, so that names in it mean the same, too
    final List<Name> gone = new ArrayList<>();
    final Iterator<Map.Entry<Name, Pair>> present;
    boolean reported;

    Frame(Step step, @Nullable Node inBase, Node inOther, boolean same, boolean reported)
        throws IOException {
      this.step = step;
      this.inBase = inBase;
      this.inOther = inOther;
      this.same = same;
      this.reported = reported;
      TreeMap<Name, Pair> names = new TreeMap<>();
      if (base != null && inBase != null) {
        for (DirectoryEntry entry : base.list(inBase)) {
          names.computeIfAbsent(entry.name(), n -> new Pair()).inBase = true;
        }
      }
      for (DirectoryEntry entry : other.list(inOther)) {
        names.computeIfAbsent(entry.name(), n -> new Pair()).inOther = true;
      }
      names.forEach((name, pair) -> {
        if (!pair.inOther) {
          gone.add(name);
        }
      });
      this.present = names.entrySet().iterator();
    }

    List<Name> path(Name name) {
      List<Name> path = new ArrayList<>(step.path());
      path.add(name);
      return path;
    }
  }

  /** Returns the next difference, null after the last. */
  @Nullable
  Step next() throws IOException {
    while (ready.isEmpty() && !frames.isEmpty()) {
      advance(frames.element());
    }
    return ready.poll();
  }

  private void advance(Frame frame) throws IOException {
    if (!frame.gone.isEmpty()) {
      for (Name name : frame.gone) {
        report(new Step(frame.path(name), null, null));
      }
      frame.gone.clear();
    } else if (!frame.present.hasNext()) {
      frames.pop();
    } else {
      Map.Entry<Name, Pair> next = frame.present.next();
      if (next.getValue().inOther) {
        compare(frame, next.getKey(), next.getValue().inBase);
      }
    }
  }

  private void compare(Frame frame, Name name, boolean inBase) throws IOException {
    Node node = other.lookup(frame.inOther, name);
    if (node == null) {
      throw new IOException("changed while it was read: " + name);
    }
    if (inBase && frame.same && untouched.isSure(node) && !mayBeWanted(node)) {
      return;
    }
    visit(frame.path(name), inBase ? inBase(frame, name) : null, node);
  }

  private boolean mayBeWanted(Node untouched) throws IOException {
    if (!wanted.isEverywhere()) {
      return false;
    }
    Stat stat = other.stat(untouched);
    return stat.type() == FileType.DIRECTORY || stat.links() > 1 && wanted.isWanted(stat.inode());
  }

  private @Nullable Node inBase(Frame frame, Name name) throws IOException {
    return base == null || frame.inBase == null ? null : base.lookup(frame.inBase, name);
  }

  private void visit(List<Name> path, @Nullable Node inBase, Node inOther) throws IOException {
    Stat after = other.stat(inOther);
    Step step = new Step(path, inOther, after);
    Stat before = base == null || inBase == null ? null : base.stat(inBase);
    boolean differs = inBase == null
        || before == null
        || comparison.differ(inBase, before, inOther, after)
        || after.type() != FileType.DIRECTORY
            && after.links() > 1
            && wanted.isWanted(after.inode());
    if (differs) {
      report(step);
    }
    if (after.type() == FileType.DIRECTORY) {
      boolean merges = before != null && before.type() == FileType.DIRECTORY;
      boolean same = before != null && before.inode() == after.inode();
      frames.push(
          new Frame(step, merges ? inBase : null, inOther, same, differs || path.isEmpty()));
    }
  }

  /** Reports the directories that it is in, too, unless they were. */
  private void report(Step step) {
    Iterator<Frame> outermostFirst = frames.descendingIterator();
    while (outermostFirst.hasNext()) {
      Frame frame = outermostFirst.next();
      if (!frame.reported) {
        frame.reported = true;
        ready.add(frame.step);
      }
    }
    ready.add(step);
  }
}
