package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What needs what in a store, from its roots down: entries of the list of images, containers, and sessions that are under
 * way. Everything in here is needed. Where a document or record can't be read it is not known what else is; then all of a
 * kind counts as needed.
 */
final class References {
  /** A record or document that can't be read. */
  record Unreadable(Item item, String problem) {}

  /** A layer, and a blob that is to decompress to it. */
  record LayerSource(DiffId diffId, Descriptor blob) {}

  private final Set<Item> roots = new LinkedHashSet<>();
  private final Map<Item, Set<Item>> needs = new LinkedHashMap<>();
  private final Map<Item, Set<Item>> neededBy = new LinkedHashMap<>();
  private final Map<Item, Descriptor> blobs = new LinkedHashMap<>();
  private final Map<Item, Set<LayerSource>> sources = new LinkedHashMap<>();
  private final Map<Item, List<DiffId>> stacks = new LinkedHashMap<>();
  private final List<Unreadable> unreadable = new ArrayList<>();
  private final Set<Item> bareIndexes = new LinkedHashSet<>();
  private final Set<Item.Kind> allOf = EnumSet.noneOf(Item.Kind.class);

  void addRoot(Item root) {
    roots.add(root);
    needs.computeIfAbsent(root, r -> new LinkedHashSet<>());
  }

  /** Notes a need; returns whether what is needed was not known before. */
  boolean add(Item user, Item needed) {
    needs.computeIfAbsent(user, u -> new LinkedHashSet<>()).add(needed);
    neededBy.computeIfAbsent(needed, n -> new LinkedHashSet<>()).add(user);
    return needs.putIfAbsent(needed, new LinkedHashSet<>()) == null;
  }

  /** Notes a need of a blob, and what it is to be. */
  boolean addBlob(Item user, Descriptor blob) {
    Item item = Item.blob(blob.digest());
    blobs.putIfAbsent(item, blob);
    return add(user, item);
  }

  void addStack(List<DiffId> diffIds, List<Descriptor> layers) {
    stacks.put(Item.tree(Trees.chainId(diffIds)), diffIds);
    for (int i = 0; i < diffIds.size(); i++) {
      sources
          .computeIfAbsent(Item.layer(diffIds.get(i)), layer -> new LinkedHashSet<>())
          .add(new LayerSource(diffIds.get(i), layers.get(i)));
    }
  }

  /** Notes that something can't be read, so that any object of these kinds may be needed by it. */
  void addUnreadable(Item item, String problem, Collection<Item.Kind> kinds) {
    unreadable.add(new Unreadable(item, problem));
    allOf.addAll(kinds);
  }

  /** Notes an index of whose manifests none is there. */
  void addBareIndex(Item index) {
    bareIndexes.add(index);
  }

  /** Whether something needs it, or might. */
  boolean keeps(Item item) {
    return needs.containsKey(item) || allOf.contains(item.kind());
  }

  /** Whether something is known to need it, or it is a root. */
  boolean has(Item item) {
    return needs.containsKey(item);
  }

  Set<Item> roots() {
    return roots;
  }

  /** Returns everything that is needed, and the roots. */
  Set<Item> items() {
    return needs.keySet();
  }

  List<Unreadable> unreadable() {
    return unreadable;
  }

  /** Returns the indexes of whose manifests none is there. */
  Set<Item> bareIndexes() {
    return bareIndexes;
  }

  /** Returns the blobs that are needed, and what they are to be. */
  Map<Item, Descriptor> blobs() {
    return blobs;
  }

  /** Returns the blobs that a layer can be made of. */
  Set<LayerSource> sources(Item layer) {
    return sources.getOrDefault(layer, Set.of());
  }

  /** Returns the image trees that are needed, and their layers. */
  Map<Item, List<DiffId>> stacks() {
    return stacks;
  }

  Set<Item> needs(Item item) {
    return needs.getOrDefault(item, Set.of());
  }

  Set<Item> neededBy(Item item) {
    return neededBy.getOrDefault(item, Set.of());
  }

  /** Returns some items and all that they need, directly or not. */
  Set<Item> reachable(Collection<Item> from) {
    return closure(from, needs);
  }

  /** Returns an item and all that needs it, directly or not. */
  Set<Item> users(Item item) {
    return closure(List.of(item), neededBy);
  }

  /** Returns the roots that need an item, directly or not, itself if it is one. */
  List<Item> rootsOf(Item item) {
    return users(item).stream().filter(roots::contains).toList();
  }

  private static Set<Item> closure(Collection<Item> from, Map<Item, Set<Item>> edges) {
    Set<Item> found = new LinkedHashSet<>(from);
    Deque<Item> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (Item next : edges.getOrDefault(open.remove(), Set.of())) {
        if (found.add(next)) {
          open.add(next);
        }
      }
    }
    return found;
  }

  /** Returns what nothing would need any more without some roots. */
  Set<Item> onlyFor(Collection<Item> someRoots) {
    Set<Item> others = new HashSet<>(roots);
    others.removeAll(someRoots);
    Set<Item> freed = new LinkedHashSet<>(reachable(someRoots));
    freed.removeAll(reachable(others));
    return freed;
  }
}
