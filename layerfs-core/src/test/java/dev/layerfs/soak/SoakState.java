package dev.layerfs.soak;

import dev.layerfs.Container;
import dev.layerfs.ContainerInfo;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.VolumeInfo;
import dev.layerfs.error.InUseException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What there has to be of what one worker has made: images by name, containers and volumes. Nobody else uses their names. */
record SoakState(SortedMap<String, SoakObject> objects) {
  /** What names of images begin with in keys. */
  static final String TAG = "tag ";

  /** What names of containers begin with in keys. */
  static final String CONTAINER = "container ";

  /** What names of volumes begin with in keys. */
  static final String VOLUME = "volume ";

  private static final String DOMAIN = "docker.io/";
  private static final int ATTEMPTS = 10_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  SoakState {
    objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
  }

  /** Returns what there is before a worker has done anything. */
  static SoakState empty() {
    return new SoakState(Collections.emptySortedMap());
  }

  /** Returns the name that a worker's containers and volumes begin with. */
  static String prefix(int worker) {
    return "w" + worker + "-";
  }

  /** Returns what is in front of the tags of a worker's images. */
  static String repository(int worker) {
    return "soak/w" + worker + ":";
  }

  /** Returns the name in a key. */
  static String name(String key) {
    return key.substring(key.indexOf(' ') + 1);
  }

  /** Returns it after a change: objects that are new or have changed, and the keys of removed ones without a value. */
  SoakState after(SortedMap<String, String> changes) {
    SortedMap<String, SoakObject> changed = new TreeMap<>(objects);
    changes.forEach((key, value) -> {
      if (value.isEmpty()) {
        changed.remove(key);
      } else {
        changed.put(key, SoakObject.parse(value));
      }
    });
    return new SoakState(changed);
  }

  /** Returns the keys of a kind. */
  List<String> keys(String kind) {
    return objects.keySet().stream().filter(key -> key.startsWith(kind)).toList();
  }

  /** Returns an object that there is. */
  SoakObject get(String key) {
    return Objects.requireNonNull(objects.get(key), key);
  }

  /** Compares everything that a store has of a worker with this; returns what is wrong. */
  List<String> problems(LayerStore store, int worker) throws IOException {
    SortedSet<String> found = keys(store, worker);
    if (!found.equals(objects.keySet())) {
      return List.of("there is " + found + " instead of " + objects.keySet());
    }
    SortedSet<String> problems = new TreeSet<>();
    for (String key : found) {
      problems.addAll(problems(store, key));
    }
    return List.copyOf(problems);
  }

  private static SortedSet<String> keys(LayerStore store, int worker) throws IOException {
    SortedSet<String> found = new TreeSet<>();
    for (Image image : store.images()) {
      for (String name : image.names()) {
        add(found, TAG, name.substring(DOMAIN.length()), repository(worker));
      }
    }
    for (ContainerInfo container : store.containers()) {
      add(found, CONTAINER, container.name().orElse(""), prefix(worker));
    }
    for (VolumeInfo volume : store.volumes().list()) {
      add(found, VOLUME, volume.name(), prefix(worker));
    }
    return found;
  }

  private static void add(SortedSet<String> keys, String kind, String name, String prefix) {
    if (name.startsWith(prefix)) {
      keys.add(kind + name);
    }
  }

  private List<String> problems(LayerStore store, String key) throws IOException {
    String name = name(key);
    if (key.startsWith(CONTAINER)) {
      try (Container container = open(store, name)) {
        return get(key).problems(container, key);
      }
    }
    try (Rootfs root = key.startsWith(TAG)
        ? store.image(name).open()
        : store.volumes().get(name).open()) {
      return get(key).problems(root, key);
    }
  }

  /** Opens a container that others have only for a moment, to check it. */
  private static Container open(LayerStore store, String name) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return store.open(name);
      } catch (InUseException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
