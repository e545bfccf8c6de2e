package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Adds up what a store takes on disk, and who has what to himself. Mounts are not looked into. */
final class SpaceReport {
  private static final Set<String> MOUNT_POINTS = Set.of("rootfs", "limited", "mount");

  private final StorePaths paths;
  private final References references;
  private final ContainerList containers;
  private final Map<Item, Long> sizes = new HashMap<>();

  SpaceReport(StorePaths paths, References references, ContainerList containers) {
    this.paths = paths;
    this.references = references;
    this.containers = containers;
  }

  Store.Space report(long reclaimable) throws IOException {
    Inventory inventory = new Inventory(paths);
    long blobs = sizes(inventory.blobs()) + sizes(inventory.recipes());
    long layers = sizes(inventory.layers());
    long trees = sizes(inventory.trees());
    long extracted = sizes(inventory.extracted());
    long uppers = sizes(inventory.uppers());
    long inContainers = 0;
    for (Map.Entry<Item, Path> container : inventory.containers().entrySet()) {
      long size = size(container.getValue());
      sizes.put(container.getKey(), size);
      inContainers += size;
    }
    return new Store.Space(
        images(),
        containers(),
        blobs,
        layers,
        trees,
        extracted,
        inContainers,
        uppers,
        volumes(),
        others(),
        reclaimable);
  }

  private long sizes(Map<Item, Path> objects) throws IOException {
    long total = 0;
    for (Map.Entry<Item, Path> object : objects.entrySet()) {
      long size = DiskSpace.of(object.getValue());
      sizes.put(object.getKey(), size);
      total += size;
    }
    return total;
  }

  private static long size(Path directory) throws IOException {
    long size = 0;
    for (Path part : StoreFiles.list(directory)) {
      if (!MOUNT_POINTS.contains(Objects.requireNonNull(part.getFileName()).toString())) {
        size += DiskSpace.of(part);
      }
    }
    return size;
  }

  private long volumes() throws IOException {
    long size = 0;
    for (Path volume : StoreFiles.list(paths.volumes())) {
      size += size(volume);
    }
    return size;
  }

  /** The list of images, names, leases, what is being made, and whatever else is there. */
  private long others() throws IOException {
    long size = 0;
    for (Path file : StoreFiles.list(paths.root())) {
      size += StoreFiles.size(file);
    }
    Set<Path> elsewhere = Set.of(
        paths.recipes(),
        paths.layers(),
        paths.trees(),
        paths.extracted(),
        paths.containers(),
        paths.uppers(),
        paths.volumes(),
        paths.mounts());
    for (Path file : StoreFiles.list(paths.own())) {
      size += elsewhere.contains(file) ? 0 : DiskSpace.of(file);
    }
    return size;
  }

  /** Names of one image are one; what only one image needs is its own. */
  private List<Store.ImageSpace> images() {
    Map<Item, List<String>> names = new LinkedHashMap<>();
    for (Item root : references.roots()) {
      if (root.kind() == Item.Kind.IMAGE) {
        for (Item document : references.needs(root)) {
          List<String> all = names.computeIfAbsent(document, d -> new ArrayList<>());
          if (!root.id().equals(document.id())) {
            all.add(root.id());
          }
        }
      }
    }
    Map<Item, Integer> users = new HashMap<>();
    names
        .keySet()
        .forEach(document -> references
            .reachable(List.of(document))
            .forEach(item -> users.merge(item, 1, Integer::sum)));
    List<Store.ImageSpace> images = new ArrayList<>();
    names.forEach((document, all) -> images.add(image(document, all, users)));
    return images;
  }

  private Store.ImageSpace image(Item document, List<String> names, Map<Item, Integer> users) {
    long exclusive = 0;
    long shared = 0;
    for (Item item : references.reachable(List.of(document))) {
      long size = sizes.getOrDefault(item, 0L);
      if (users.getOrDefault(item, 0) > 1) {
        shared += size;
      } else {
        exclusive += size;
      }
    }
    return new Store.ImageSpace(document.id(), List.copyOf(names), exclusive, shared);
  }

  private List<Store.ContainerSpace> containers() throws IOException {
    List<Store.ContainerSpace> all = new ArrayList<>();
    for (ContainerRecord record : containers.list()) {
      Collection<Item> needs = references.needs(Item.container(record.id()));
      long own = sizes.getOrDefault(Item.container(record.id()), 0L);
      long shared = 0;
      for (Item upper : needs) {
        if (upper.kind() == Item.Kind.UPPER) {
          long size = sizes.getOrDefault(upper, 0L);
          if (references.neededBy(upper).size() > 1) {
            shared += size;
          } else {
            own += size;
          }
        }
      }
      all.add(new Store.ContainerSpace(record, own, shared));
    }
    return all;
  }
}
