package dev.layerfs.volume;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An object of a host, and where it was found. Whether it is still there, whoever uses the places asks the host: others may
 * have moved it. While a node is in use there is one object for it, so that what this process moves is found where it is.
 */
final class HostNode implements Node {
  /** How many handles are open on it. */
  final AtomicInteger handles = new AtomicInteger();

  /** Held by those whose changes of the content depend on its length. */
  final Object content = new Object();

  /** Whether it has no privileges that a write would take; false as well while nobody knows. */
  volatile boolean unprivileged;

  private final HostTree tree;
  private final FileType type;
  private final long inode;
  private volatile List<Place> places; // the last one that it was found at first
  private volatile @Nullable Stat removed;
  private volatile @Nullable Located located;

  HostNode(HostTree tree, FileType type, long inode, List<Place> places) {
    this.tree = tree;
    this.type = type;
    this.inode = inode;
    this.places = places;
  }

  /** A name in a directory. */
  record Place(HostNode directory, Name name) {}

  /** The host's path of a place, for as long as this process has moved no directory; others may have. */
  record Located(Place place, long moves, Path path) {}

  HostTree tree() {
    return tree;
  }

  @Override
  public FileType type() {
    return type;
  }

  long inode() {
    return inode;
  }

  /** Returns where it may be, the most likely place first; nothing for the root. */
  List<Place> places() {
    return places;
  }

  /** Returns the directory that it was found in last; null for the root. */
  @Nullable
  HostNode parent() {
    List<Place> known = places;
    return known.isEmpty() ? null : known.get(0).directory();
  }

  /** It is at a place; a directory only there. */
  synchronized void found(Place place) {
    List<Place> known = places;
    if (known.isEmpty() || !known.get(0).equals(place)) {
      List<Place> changed = new ArrayList<>();
      changed.add(place);
      if (type != FileType.DIRECTORY) {
        changed.addAll(known);
        changed.subList(1, changed.size()).remove(place);
      }
      places = List.copyOf(changed);
    }
  }

  /** It is no longer at a place. */
  synchronized void lost(Place place) {
    List<Place> left = new ArrayList<>(places);
    if (left.size() > 1 && left.remove(place)) {
      places = List.copyOf(left);
    }
  }

  /** Its last name was removed by this process. */
  void removed(Stat last) {
    removed = last.withLinks(0);
  }

  /** Returns its last attributes if its last name was removed by this process, else null. */
  @Nullable
  Stat removed() {
    return removed;
  }

  @Nullable
  Located located() {
    return located;
  }

  void located(Located path) {
    located = path;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostNode node
        && tree == node.tree
        && type == node.type
        && inode == node.inode;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(inode);
  }

  /** Returns the name by which it was found last. */
  @Override
  public String toString() {
    List<Place> known = places;
    return known.isEmpty() ? "/" : known.get(0).name().toString();
  }
}
