package dev.layerfs.nio;

import com.google.common.collect.MapMaker;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file systems of a provider that are open, by the names that their URIs have. It keeps none of them alive. Safe for
 * use by several threads.
 */
final class OpenFileSystems {
  private final Map<String, LayerFileSystem> byName =
      new MapMaker().weakValues().makeMap();
  private long count; // guarded by this

  /** Makes a file system. */
  @FunctionalInterface
  interface Opener {
    /**
     * Makes a file system.
     *
     * @param name its name while it is open
     * @param number how many the provider had before
     */
    LayerFileSystem open(String name, long number);
  }

  /**
   * Adds a file system. It gets its id as its name, or, if that is taken, because an image is opened once more or two
   * stores have a container in common, the id with {@code ~} and a number, which no id has.
   *
   * @param id the id
   * @param opener makes the file system
   */
  synchronized LayerFileSystem add(String id, Opener opener) {
    String name = id;
    for (int i = 2; byName.containsKey(name); i++) {
      name = id + '~' + i;
    }
    LayerFileSystem fileSystem = opener.open(name, count++);
    byName.put(name, fileSystem);
    return fileSystem;
  }

  @Nullable
  LayerFileSystem find(String name) {
    return byName.get(name);
  }

  /** Forgets a file system; its name can then be taken again. */
  void remove(LayerFileSystem fileSystem) {
    byName.remove(fileSystem.name(), fileSystem);
  }
}
