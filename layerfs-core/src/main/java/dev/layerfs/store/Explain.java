package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says why things are kept: by what chains of needs, and what would go without them. */
final class Explain {
  private static final int MIN_PREFIX = 4;

  private final Images images;
  private final Containers containers;
  private final Volumes volumes;
  private final References references;
  private final Map<Item, Path> present = new LinkedHashMap<>();

  Explain(StorePaths paths, Images images, Containers containers, References references)
      throws IOException {
    this.images = images;
    this.containers = containers;
    this.volumes = containers.volumes();
    this.references = references;
    Inventory inventory = new Inventory(paths);
    present.putAll(inventory.blobs());
    present.putAll(inventory.recipes());
    present.putAll(inventory.layers());
    present.putAll(inventory.trees());
    present.putAll(inventory.extracted());
    present.putAll(inventory.uppers());
    present.putAll(inventory.containers());
  }

  /**
   * Explains what a text stands for.
   *
   * @param text a container, an image, a volume, or a digest of anything, or the beginning of one
   * @throws NotFoundException if it stands for nothing, or several digests begin so
   */
  List<Store.Explained> explain(String text) throws IOException {
    List<Store.Explained> explained = new ArrayList<>();
    volume(text).ifPresent(explained::add);
    Optional<Item> named = named(text);
    if (named.isPresent()) {
      explained.add(explain(named.get()));
    }
    if (explained.isEmpty()) {
      for (Item item : byDigest(text)) {
        explained.add(explain(item));
      }
    }
    if (explained.isEmpty()) {
      throw new NotFoundException("image, container, volume or digest", text);
    }
    return explained;
  }

  /** A volume is kept for its own sake; the containers that have it are why it can't be removed. */
  private Optional<Store.Explained> volume(String text) throws IOException {
    Optional<VolumeName> name = VolumeName.parse(text).filter(volumes::exists);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Item item = Item.volume(name.get());
    List<List<Item>> reasons = new ArrayList<>();
    for (Id container : volumes.needs().getOrDefault(name.get(), Set.of())) {
      reasons.add(List.of(Item.container(container), item));
    }
    if (reasons.isEmpty()) {
      reasons.add(List.of(item));
    }
    long bytes = volumes.bytes(name.get());
    return Optional.of(new Store.Explained(item, bytes, reasons, List.of(item), bytes));
  }

  private Store.Explained explain(Item item) throws IOException {
    List<Item> roots = references.rootsOf(item);
    Collection<Item> going = roots.isEmpty() ? List.of(item) : references.onlyFor(roots);
    List<Item> freed = new ArrayList<>();
    long bytes = 0;
    for (Item gone : going) {
      if (present.containsKey(gone)) {
        freed.add(gone);
        bytes += size(gone);
      }
    }
    List<List<Item>> reasons = new ArrayList<>();
    for (Item root : roots) {
      reasons.add(chain(root, item));
    }
    return new Store.Explained(item, size(item), reasons, freed, bytes);
  }

  private long size(Item item) throws IOException {
    Path path = present.get(item);
    return path == null ? 0 : DiskSpace.of(path);
  }

  /** The shortest way down from a root. */
  private List<Item> chain(Item root, Item target) {
    Map<Item, Item> from = new HashMap<>();
    Deque<Item> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty() && !from.containsKey(target) && !root.equals(target)) {
      Item user = open.remove();
      for (Item needed : references.needs(user)) {
        if (!needed.equals(root) && from.putIfAbsent(needed, user) == null) {
          open.add(needed);
        }
      }
    }
    Deque<Item> chain = new ArrayDeque<>();
    for (@Nullable Item step = target; step != null; step = from.get(step)) {
      chain.addFirst(step);
    }
    return List.copyOf(chain);
  }

  private Optional<Item> named(String text) throws IOException {
    try {
      return Optional.of(Item.container(containers.find(text)));
    } catch (NotFoundException e) {
      return images.name(text).map(name -> new Item(Item.Kind.IMAGE, name));
    }
  }

  private Collection<Item> byDigest(String text) throws IOException {
    String digest = text.substring(text.indexOf('@') + 1);
    String hex = digest.substring(digest.indexOf(':') + 1);
    Set<Item> found = new LinkedHashSet<>();
    Set<String> ids = new LinkedHashSet<>();
    if (hex.length() >= MIN_PREFIX && Id.isHex(hex)) {
      Set<Item> all = new LinkedHashSet<>(references.items());
      all.addAll(present.keySet());
      for (Item item : all) {
        if (item.id().startsWith(hex, item.id().indexOf(':') + 1)
            && item.kind() != Item.Kind.IMAGE
            && (item.kind() != Item.Kind.EXTRACTED || present.containsKey(item))) {
          found.add(item);
          ids.add(item.id());
        }
      }
    }
    if (ids.size() > 1) {
      throw new NotFoundException("digest (several begin so)", text);
    }
    return found;
  }
}
