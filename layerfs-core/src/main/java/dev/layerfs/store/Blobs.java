package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Set;

/** The one place through which blobs of layers are opened: one that was discarded is made again first, and is there then. */
final class Blobs {
  private final StorePaths paths;
  private final Recipes recipes;
  private final Adding adding;

  /** Begins to add something to the store. */
  @FunctionalInterface
  interface Adding {
    Ingest begin() throws IOException;
  }

  Blobs(StorePaths paths, Adding adding) {
    this.paths = paths;
    this.recipes = new Recipes(paths);
    this.adding = adding;
  }

  /**
   * Opens a blob. What is read has to be compared with its digest by whoever depends on it.
   *
   * @throws NoSuchFileException if the store does not have it
   * @throws StoreCorruptException if it was discarded, and can't be made again
   */
  InputStream open(Descriptor blob) throws IOException {
    while (true) {
      try {
        return Files.newInputStream(paths.blob(blob.digest()));
      } catch (NoSuchFileException e) {
        if (Files.notExists(paths.recipe(blob.digest()))) {
          throw e;
        }
      }
      putBack(blob); // who does not hold it may lose it again at once
    }
  }

  private void putBack(Descriptor blob) throws IOException {
    try (Ingest ingest = adding.begin()) {
      RecipeRecord recipe = recipes.read(blob.digest());
      ingest.protect(Set.of(recipe.blob()), Set.of(recipe.diffId()), Set.of());
      ingest.remake(recipe);
      ingest.commit(list -> list);
    } catch (DigestMismatchException | NoSuchFileException e) {
      StoreCorruptException corrupt = new StoreCorruptException(
          "blob " + blob.digest(),
          "it was discarded, and can't be made again; load or pull an image that has it");
      corrupt.initCause(e);
      throw corrupt;
    }
  }
}
