package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Deletes blobs, layers, trees and uppers that nothing needs: neither an entry of the list of images, nor a container, nor
 * anything that is under way. Where it can't be known what is needed, nothing of that kind is deleted.
 *
 * <p>What is found and what becomes of it are apart, and there is one way for both: {@link #plan} reads, {@link #take} takes
 * out of sight what the plan has, under the same lock, and {@link Taken#free} deletes that when others may go on.
 */
final class Sweep {
  private static final String UNNEEDED = "no image, container or session needs it";
  private static final String STRANGE = "nothing that layerfs keeps there has such a name";
  private static final String UNCOVERED = "no container stands on it";

  private final Session session;
  private final Documents documents;
  private final ImageListFile list;
  private final ContainerList containers;
  private final Inventory inventory;
  private final CoveredUppers uppers;

  Sweep(Session session, Documents documents, ImageListFile list, ContainerList containers) {
    this.session = session;
    this.documents = documents;
    this.list = list;
    this.containers = containers;
    this.inventory = new Inventory(session.paths());
    this.uppers = new CoveredUppers(session);
  }

  /**
   * Something that can go.
   *
   * @param item what it is
   * @param path where it is
   * @param bytes length of its files
   * @param reason why it can go
   */
  record Garbage(Item item, Path path, long bytes, String reason) {}

  /**
   * What can go, and what stands in the way of knowing more.
   *
   * @param garbage what can go, in the order in which it goes
   * @param unreadable what can't be read, so that things which might be needed by it stay
   */
  record Plan(List<Garbage> garbage, List<References.Unreadable> unreadable) {}

  /** Returns what reads documents; to be given to {@link #plan}, it makes that short if it has read before. */
  DocumentLinks links() {
    return new DocumentLinks(documents);
  }

  /** Reads what needs what. */
  References references(DocumentLinks links) throws IOException {
    return ReferenceReader.read(session, list, containers, links);
  }

  /**
   * Finds what can go. It holds for as long as the caller has the store's lock.
   *
   * @throws dev.layerfs.error.StoreCorruptException if the list of images can't be read
   */
  Plan plan(DocumentLinks links) throws IOException {
    References references = references(links);
    List<Garbage> garbage = new ArrayList<>();
    addUnneeded(inventory.blobs(), references, garbage);
    addUnneeded(inventory.recipes(), references, garbage);
    addUnneeded(inventory.trees(), references, garbage);
    addUnneeded(inventory.layers(), references, garbage);
    for (Map.Entry<Item, Path> upper : inventory.uppers().entrySet()) {
      if (upper.getKey().kind() == Item.Kind.UPPER
          && !references.keeps(upper.getKey())
          && uppers.isUnused(Id.parse(upper.getKey().id()).orElseThrow())) {
        garbage.add(garbage(upper, UNCOVERED));
      }
    }
    addUnneeded(inventory.extracted(), references, garbage);
    return new Plan(List.copyOf(garbage), List.copyOf(references.unreadable()));
  }

  private static void addUnneeded(
      Map<Item, Path> present, References references, List<Garbage> garbage) throws IOException {
    for (Map.Entry<Item, Path> object : present.entrySet()) {
      if (!references.keeps(object.getKey())) {
        boolean strange = object.getKey().kind() == Item.Kind.FILE;
        garbage.add(garbage(object, strange ? STRANGE : UNNEEDED));
      }
    }
  }

  private static Garbage garbage(Map.Entry<Item, Path> object, String reason) throws IOException {
    return new Garbage(object.getKey(), object.getValue(), DiskSpace.of(object.getValue()), reason);
  }

  /** What was taken out of sight. */
  static final class Taken {
    private final Session session;
    private final List<Path> doomed = new ArrayList<>();
    private long freed;

    private Taken(Session session) {
      this.session = session;
    }

    /**
     * Deletes it. No lock is needed.
     *
     * @return bytes of the files that were deleted
     */
    long free() throws IOException {
      for (Path path : doomed) {
        freed += session.discard(path);
      }
      doomed.clear();
      return freed;
    }
  }

  /** Takes out of sight what a plan has; the caller has had the store's lock since it was made. */
  Taken take(Plan plan) throws IOException {
    Taken taken = new Taken(session);
    for (Garbage garbage : plan.garbage()) {
      if (garbage.item().kind() == Item.Kind.UPPER) {
        uppers.forget(Id.parse(garbage.item().id()).orElseThrow());
      }
      Session.TakenAway away = session.takeAway(garbage.path());
      taken.freed += away.freed();
      away.doomed().ifPresent(taken.doomed::add);
    }
    return taken;
  }

  /** Deletes what nothing needs; the caller has the store's lock. Returns bytes of the files that were deleted. */
  long run() throws IOException {
    return take(plan(links())).free();
  }
}
