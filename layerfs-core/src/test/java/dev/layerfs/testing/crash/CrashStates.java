package dev.layerfs.testing.crash;

import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What power loss can leave. After each change there are those that are certain, because what they concern was forced since,
 * and the others, any of which may have reached the disk or not, whatever their order.
 */
public final class CrashStates {
  private static final int SECTOR = 512;
  private static final int SUBSETS = 50;

  private final List<Change> changes;
  private final Disk certain;
  private final List<Pending> pending = new ArrayList<>();
  private final Map<Change.Name, Integer> forcedNames = new HashMap<>();
  private final List<String> marks = new ArrayList<>();
  private int next;

  CrashStates(Disk before, List<Change> changes) {
    this.certain = before;
    this.changes = changes;
  }

  /** A change that is not certain; the number tells what came later. */
  private record Pending(int number, Change change) {}

  /** Goes on to the next change; returns false if there is none. */
  public boolean advance() {
    if (next == changes.size()) {
      return false;
    }
    Change change = changes.get(next);
    if (change instanceof Change.Mark mark) {
      marks.add(mark.text());
    } else if (change instanceof Change.Create) {
      certain.apply(change);
    } else if (change instanceof Change.Force force) {
      force(force.inode());
    } else {
      pending.add(new Pending(next, change));
    }
    next++;
    return true;
  }

  /** Whether all changes were made before the next mark, if there is one. */
  public boolean isMarkNext() {
    return next < changes.size() && changes.get(next) instanceof Change.Mark;
  }

  /** Returns how many changes there are in all. */
  public int count() {
    return changes.size();
  }

  /** Returns how many changes there were so far. */
  public int number() {
    return next;
  }

  /** Returns what had returned by then. */
  public List<String> marks() {
    return List.copyOf(marks);
  }

  private void force(int inode) {
    for (Pending change : List.copyOf(pending)) {
      if (concerns(change.change(), inode)) {
        apply(certain, change, change.change());
        remember(change);
        pending.remove(change);
        pending.removeAll(attributesWith(change));
      }
    }
  }

  /**
   * Attributes that are on the disk because the name is: an inode has them in itself, or in the transaction that brings its
   * name.
   */
  private List<Pending> attributesWith(Pending named) {
    if (!(named.change() instanceof Change.Names names)) {
      return List.of();
    }
    return pending.stream()
        .filter(earlier -> earlier.number() < named.number()
            && earlier.change() instanceof Change.Attribute attribute
            && names.names().stream()
                .anyMatch(name -> Integer.valueOf(attribute.inode()).equals(name.inode())))
        .toList();
  }

  private static boolean concerns(Change change, int inode) {
    if (change instanceof Change.Names names) {
      return names.names().stream().anyMatch(name -> name.directory() == inode);
    }
    return dataOf(change) == inode;
  }

  /** The inode whose content or attributes it changes; -1 if it changes names. */
  private static int dataOf(Change change) {
    if (change instanceof Change.Write write) {
      return write.inode();
    }
    if (change instanceof Change.Truncate truncate) {
      return truncate.inode();
    }
    return change instanceof Change.Attribute attribute ? attribute.inode() : -1;
  }

  private static boolean isData(Change change, int inode) {
    return !(change instanceof Change.Attribute) && dataOf(change) == inode;
  }

  private void remember(Pending change) {
    if (change.change() instanceof Change.Names names) {
      names.names().forEach(name -> forcedNames.put(key(name), change.number()));
    }
  }

  private static Change.Name key(Change.Name name) {
    return new Change.Name(name.directory(), name.name(), null);
  }

  /** What a later change, already certain, says of a name holds. */
  private void apply(Disk disk, Pending applied, Change change) {
    if (change instanceof Change.Names names) {
      attributesWith(applied).forEach(attribute -> disk.apply(attribute.change()));
      for (Change.Name name : names.names()) {
        if (applied.number() > forcedNames.getOrDefault(key(name), -1)) {
          disk.apply(name);
        }
      }
    } else {
      disk.apply(change);
    }
  }

  /** A state of the disk, and how it came to be. */
  public record State(String origin, Disk disk) {
    /** Returns a file system with that content. */
    public CrashFileSystem restore() throws IOException {
      return CrashFileSystem.of(disk);
    }

    /** Returns a digest of all that can be seen of it. */
    public Digest fingerprint() throws IOException {
      return disk.fingerprint();
    }
  }

  /** Returns the state in which none of the uncertain changes was made, and that in which all were. */
  public List<State> extremes() {
    return List.of(
        state("nothing", n -> null).get(), state("everything", n -> change(n)).get());
  }

  /** Returns other states: each change alone, each missing, random sets, torn and empty files, zeros. */
  public List<State> others(Random random) {
    return all(random).stream().map(Supplier::get).toList();
  }

  private List<Supplier<State>> all(Random random) {
    List<Supplier<State>> states = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      int one = i;
      states.add(state("only " + name(i), n -> n == one ? change(n) : null));
      states.add(state("all but " + name(i), n -> n == one ? null : change(n)));
      addTorn(states, i, random);
    }
    for (int i = 0; pending.size() > 2 && i < SUBSETS; i++) {
      boolean[] chosen = new boolean[pending.size()];
      for (int n = 0; n < chosen.length; n++) {
        chosen[n] = random.nextBoolean();
      }
      states.add(state("subset " + Arrays.toString(chosen), n -> chosen[n] ? change(n) : null));
    }
    for (int inode : written()) {
      states.add(
          state("no data of inode " + inode, n -> isData(change(n), inode) ? null : change(n)));
      states.add(() -> zeros(inode));
    }
    return states;
  }

  private State zeros(int inode) {
    State zeros = state("zeros in inode " + inode, n -> change(n)).get();
    zeros.disk().setContent(inode, new byte[zeros.disk().content(inode).length]);
    return zeros;
  }

  /** Returns some of the other states. */
  public List<State> some(Random random, int count) {
    List<Supplier<State>> states = all(random);
    Collections.shuffle(states, random);
    return states.stream().limit(count).map(Supplier::get).toList();
  }

  private Change change(int index) {
    return pending.get(index).change();
  }

  private String name(int index) {
    Pending change = pending.get(index);
    return "change " + change.number() + " ("
        + change.change().getClass().getSimpleName()
        + (change.change() instanceof Change.Names names ? " " + names.names() : "") + ")";
  }

  private Set<Integer> written() {
    Set<Integer> inodes = new LinkedHashSet<>();
    for (Pending change : pending) {
      if (change.change() instanceof Change.Write write) {
        inodes.add(write.inode());
      }
    }
    return inodes;
  }

  private void addTorn(List<Supplier<State>> states, int index, Random random) {
    if (change(index) instanceof Change.Write write && write.bytes().length > SECTOR) {
      int sectors = 1 + random.nextInt((write.bytes().length - 1) / SECTOR);
      byte[] part = Arrays.copyOf(write.bytes(), sectors * SECTOR);
      Change torn = new Change.Write(write.inode(), write.offset(), part);
      states.add(state("torn " + name(index), n -> n == index ? torn : change(n)));
    }
  }

  /** Makes a state; what is asked of it says what becomes of each uncertain change: null if nothing. */
  private Supplier<State> state(String origin, IntFunction<@Nullable Change> choice) {
    return () -> make(origin, choice);
  }

  private State make(String origin, IntFunction<@Nullable Change> choice) {
    Disk disk = certain.copy();
    for (int i = 0; i < pending.size(); i++) {
      Change chosen = choice.apply(i);
      if (chosen != null) {
        apply(disk, Objects.requireNonNull(pending.get(i)), chosen);
      }
    }
    return new State("after " + next + " changes, " + origin, disk);
  }
}
