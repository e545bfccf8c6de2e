package dev.layerfs.build;

import dev.layerfs.posix.Aspect;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.NodeComparison;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a tree differs from another, directories before what is in them. A directory with a difference in it is among the
 * differences, but for the root. One pass, which holds the names of the directories that lead to where it is; of what is known
 * to be the same nothing is looked up. Not recursive: trees may be deeper than a stack.
 *
 * <p>What is removed while it is compared is gone, or else the comparison fails with {@link
 * dev.layerfs.posix.Errno#ESTALE}.
 */
public final class TreeDifference {
  private final @Nullable PosixView base;
  private final PosixView other;
  private final Knowledge knowledge;
  private final Purpose purpose;
  private final NodeComparison comparison;
  private final Wanted wanted;
  private final Deque<Frame> frames = new ArrayDeque<>(); // the innermost directory first
  private final Queue<Step> ready = new ArrayDeque<>();

  /** What the differences are for. */
  public enum Purpose {
    /** A layer: in a directory what is gone comes first, and the directory's time is a difference. */
    LAYER,
    /**
     * To be read: names in order, and with all that an object differs in. A directory's time is none of it, for it changes with
     * what is in it.
     */
    REPORT
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
   * @param attributes its attributes; null if it is gone. For a report of what is new without the names of extended ones
   * @param isNew whether nothing was there
   * @param aspects what it differs in; for a layer, something of it
   */
  public record Step(
      List<Name> path,
      @Nullable Node node,
      @Nullable NodeAttributes attributes,
      boolean isNew,
      Set<Aspect> aspects) {
    /** Returns the attributes but for extended ones; null if it is gone. */
    public @Nullable Stat stat() {
      return attributes == null ? null : attributes.stat();
    }
  }

  /**
   * Begins to compare.
   *
   * @param base the tree beneath; null if there is none, and all is new
   * @param other the tree
   * @param knowledge tells what need not be looked at
   * @param purpose what the differences are for
   * @throws IOException if a root can't be read
   */
  public TreeDifference(
      @Nullable PosixView base, PosixView other, Knowledge knowledge, Purpose purpose)
      throws IOException {
    this(base, other, knowledge, purpose, inode -> false);
  }

  /**
   * Begins to compare.
   *
   * @param wanted asked of inodes with several names that don't differ
   */
  TreeDifference(
      @Nullable PosixView base,
      PosixView other,
      Knowledge knowledge,
      Purpose purpose,
      Wanted wanted)
      throws IOException {
    this.base = base;
    this.other = other;
    this.knowledge = knowledge;
    this.purpose = purpose;
    this.comparison =
        new NodeComparison(base == null ? other : base, other, knowledge::haveSameContent);
    this.wanted = wanted;
    visit(List.of(), base == null ? null : base.root(), other.root());
  }

  /** A directory whose names are being compared. */
  private final class Frame {
    final Step step;
    final @Nullable Node inBase;
    final Node inOther;
    final Iterator<Name> names;
    boolean reported;

    Frame(Step step, @Nullable Node inBase, Node inOther, boolean reported) throws IOException {
      this.step = step;
      this.inBase = inBase;
      this.inOther = inOther;
      this.reported = reported;
      Set<Name> differing =
          inBase == null || wanted.isEverywhere() ? null : knowledge.changedNames(inBase, inOther);
      this.names = differing == null ? all() : some(differing);
    }

    private Iterator<Name> all() throws IOException {
      SortedSet<Name> present = names(other, inOther);
      if (base == null || inBase == null) {
        return present.iterator();
      }
      SortedSet<Name> all = names(base, inBase);
      SortedSet<Name> gone = new TreeSet<>(all);
      gone.removeAll(present);
      all.addAll(present);
      return ordered(all, gone);
    }

    private Iterator<Name> some(Set<Name> differing) throws IOException {
      SortedSet<Name> gone = new TreeSet<>();
      for (Name name : differing) {
        if (other.lookup(inOther, name) == null) {
          gone.add(name);
        }
      }
      return ordered(new TreeSet<>(differing), gone);
    }

    private Iterator<Name> ordered(SortedSet<Name> all, SortedSet<Name> gone) {
      if (purpose == Purpose.REPORT || gone.isEmpty()) {
        return all.iterator();
      }
      List<Name> goneFirst = new ArrayList<>(gone);
      all.removeAll(gone);
      goneFirst.addAll(all);
      return goneFirst.iterator();
    }

    @Nullable
    Node inBase(Name name) throws IOException {
      return base == null || inBase == null ? null : base.lookup(inBase, name);
    }

    List<Name> path(Name name) {
      List<Name> path = new ArrayList<>(step.path().size() + 1);
      path.addAll(step.path());
      path.add(name);
      return path;
    }
  }

  private static SortedSet<Name> names(PosixView tree, Node directory) throws IOException {
    SortedSet<Name> names = new TreeSet<>();
    for (DirectoryEntry entry : tree.list(directory)) {
      names.add(entry.name());
    }
    return names;
  }

  /**
   * Returns the next difference.
   *
   * @return a difference, null after the last
   * @throws IOException if something can't be read
   */
  public @Nullable Step next() throws IOException {
    while (ready.isEmpty() && !frames.isEmpty()) {
      Frame frame = frames.element();
      if (frame.names.hasNext()) {
        compare(frame, frame.names.next());
      } else {
        frames.pop();
      }
    }
    return ready.poll();
  }

  private void compare(Frame frame, Name name) throws IOException {
    Node before = frame.inBase(name);
    Node now = other.lookup(frame.inOther, name);
    if (now == null) {
      if (before != null) {
        report(new Step(frame.path(name), null, null, false, Set.of()));
      }
    } else if (before == null || !knowledge.areSame(before, now) || mayBeWanted(now)) {
      visit(frame.path(name), before, now);
    }
  }

  private boolean mayBeWanted(Node untouched) throws IOException {
    if (!wanted.isEverywhere()) {
      return false;
    }
    Stat stat = other.stat(untouched);
    return stat.type() == FileType.DIRECTORY || stat.links() > 1 && wanted.isWanted(stat.inode());
  }

  private void visit(List<Name> path, @Nullable Node inBase, Node inOther) throws IOException {
    NodeAttributes before = base == null || inBase == null ? null : base.attributes(inBase);
    NodeAttributes after = attributes(inOther, before == null);
    Set<Aspect> aspects =
        inBase == null || before == null ? Set.of() : differences(inBase, before, inOther, after);
    Step step = new Step(path, inOther, after, before == null, aspects);
    boolean differs = before == null || !aspects.isEmpty() || isWanted(after.stat());
    if (differs) {
      report(step);
    }
    if (isDirectory(after)) {
      boolean merges = before != null && isDirectory(before);
      frames.push(new Frame(step, merges ? inBase : null, inOther, differs || path.isEmpty()));
    }
  }

  /** To report what is new nothing more is needed than that it is there. */
  private NodeAttributes attributes(Node node, boolean isNew) throws IOException {
    return isNew && purpose == Purpose.REPORT
        ? new NodeAttributes(other.stat(node), List.of())
        : other.attributes(node);
  }

  private static boolean isDirectory(NodeAttributes attributes) {
    return attributes.stat().type() == FileType.DIRECTORY;
  }

  private boolean isWanted(Stat stat) throws IOException {
    return stat.type() != FileType.DIRECTORY && stat.links() > 1 && wanted.isWanted(stat.inode());
  }

  private Set<Aspect> differences(
      Node inBase, NodeAttributes before, Node inOther, NodeAttributes after) throws IOException {
    if (purpose == Purpose.LAYER) {
      return comparison.someDifference(inBase, before, inOther, after);
    }
    Set<Aspect> found = comparison.differences(inBase, before, inOther, after);
    if (isDirectory(before) && isDirectory(after)) {
      found.remove(Aspect.TIME);
    }
    return found;
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
