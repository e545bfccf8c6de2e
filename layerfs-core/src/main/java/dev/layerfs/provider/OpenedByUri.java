package dev.layerfs.provider;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.nio.LayerUri;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The file systems that were opened by URI, by what those URIs said. They stay open until they are closed, even if nobody
 * holds them: whoever knows the URI can ask for them. Safe for use by several threads.
 */
final class OpenedByUri {
  private final Map<Place, Optional<LayerFileSystem>> fileSystems = new ConcurrentHashMap<>();

  /**
   * What a URI says, so that URIs that mean the same are equal.
   *
   * @param store the store's directory, if the URI names it
   * @param name the name in the store
   */
  record Place(Optional<Path> store, String name) {
    /**
     * Returns what a URI says.
     *
     * @throws NotFoundException if the store that it names does not exist
     */
    static Place of(LayerUri uri) throws IOException {
      if (uri.store().isEmpty()) {
        return new Place(Optional.empty(), uri.name());
      }
      Path directory = Path.of(uri.store().get());
      try {
        return new Place(Optional.of(directory.toRealPath()), uri.name());
      } catch (NoSuchFileException e) {
        throw new NotFoundException("store", directory.toString());
      }
    }
  }

  /** Claims a place for a file system that is about to be opened; false if it is taken. */
  boolean claim(Place place) {
    return fileSystems.putIfAbsent(place, Optional.empty()) == null;
  }

  void put(Place place, LayerFileSystem fileSystem) {
    fileSystems.put(place, Optional.of(fileSystem));
  }

  void remove(Place place) {
    fileSystems.remove(place);
  }

  /** Returns the open file system that a URI names, or null. */
  @Nullable
  LayerFileSystem find(LayerUri uri) {
    try {
      return fileSystems.getOrDefault(Place.of(uri), Optional.empty()).orElse(null);
    } catch (IOException e) {
      return null; // there is no store, or it can't be reached
    }
  }
}
