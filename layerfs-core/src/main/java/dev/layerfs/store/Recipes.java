package dev.layerfs.store;

import com.google.common.io.ByteStreams;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Digest;
import dev.layerfs.recipe.TarRecipe;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The recipes that a store has: what a blob that was discarded is made of again. */
final class Recipes {
  private static final int BUFFER = 64 << 10;

  private final StorePaths paths;

  Recipes(StorePaths paths) {
    this.paths = paths;
  }

  /** Finds a recipe; empty if there is none, or it is damaged as far as its record and its length tell. */
  Optional<RecipeRecord> find(Digest blob) throws IOException {
    try {
      return Optional.of(read(blob));
    } catch (NoSuchFileException | StoreCorruptException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a recipe's record.
   *
   * @throws NoSuchFileException if there is none
   * @throws StoreCorruptException if it is damaged, or the recipe has another length
   */
  RecipeRecord read(Digest blob) throws IOException {
    Path file = paths.recipe(blob);
    try (InputStream in = open(file)) {
      RecipeRecord recipe = RecipeRecord.read(in, subject(blob), blob);
      if (!StoreFiles.isFile(file, recipe.fileBytes())) {
        throw new StoreCorruptException(subject(blob), "it has another length");
      }
      return recipe;
    }
  }

  /**
   * Makes the blob of a recipe; what it is has to be compared with its digest.
   *
   * @param blob takes it
   * @param threads runs tasks that wait for nothing
   * @throws NoSuchFileException if there is no recipe, or no layer file
   * @throws StoreCorruptException if one of them is damaged, as far as that is noticed
   */
  void make(Digest digest, OutputStream blob, Executor threads) throws IOException {
    RecipeRecord recipe = read(digest);
    make(recipe, paths.recipe(digest), recipe.line().length, blob, threads);
  }

  /** Makes the blob of a recipe that is elsewhere, or of which but the part after the record is there. */
  void make(RecipeRecord recipe, Path file, long skipped, OutputStream blob, Executor threads)
      throws IOException {
    long choicesAt = skipped + recipe.tarRecipeBytes();
    try (InputStream steps = part(file, skipped, recipe.tarRecipeBytes());
        InputStream choices = part(file, choicesAt, recipe.deflateRecipeBytes());
        InputStream tar = TarRecipe.open(steps, paths.layerFile(recipe.diffId()))) {
      recipe.compressor().compress(tar, choices, blob, threads);
    }
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static InputStream part(Path file, long from, long length) throws IOException {
    InputStream in = open(file);
    try {
      in.skipNBytes(from);
      return ByteStreams.limit(in, length);
    } catch (IOException e) {
      try (in) {
        throw e;
      }
    }
  }

  /** Returns what is wrong with a recipe, if anything is; whether it makes the blob, {@link Verification#blob} knows. */
  Optional<String> problem(Digest blob, boolean full) throws IOException {
    try (InputStream in = open(paths.recipe(blob))) {
      RecipeRecord recipe = read(blob);
      return !full || hash(in, recipe).equals(recipe.recipeDigest())
          ? Optional.empty()
          : Optional.of("the recipe is damaged");
    } catch (NoSuchFileException e) {
      return Optional.of("the recipe is missing");
    } catch (StoreCorruptException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Digest hash(InputStream in, RecipeRecord recipe) throws IOException {
    in.skipNBytes(recipe.line().length);
    HashSink hash = new HashSink();
    byte[] buffer = new byte[BUFFER];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      hash.accept(buffer, 0, length);
    }
    return hash.digest();
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), BUFFER);
  }

  private static String subject(Digest blob) {
    return "recipe of blob " + blob;
  }
}
