package dev.layerfs.store;

import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A store that images are copied from, and that is not changed. Nothing of it is trusted. Safe for use by several threads. */
public final class OtherStore {
  private static final int BUFFER = 256 << 10;

  private final StorePaths paths;
  private final Recipes recipes;

  /**
   * Prepares.
   *
   * @param directory where it is
   */
  public OtherStore(Path directory) {
    this.paths = new StorePaths(directory);
    this.recipes = new Recipes(paths);
  }

  /** Returns where a recipe of a blob would be. */
  public Path recipe(Digest blob) {
    return paths.recipe(blob);
  }

  /** Returns where the layer file of a layer would be. */
  public Path layerFile(DiffId diffId) {
    return paths.layerFile(diffId);
  }

  /** Returns the layer that a recipe makes a blob of; empty if there is no recipe that can be read. */
  public Optional<DiffId> layer(Digest blob) throws IOException {
    return recipes.find(blob).map(RecipeRecord::diffId);
  }

  /**
   * Makes a blob that was discarded, while it is read.
   *
   * @return its bytes, unverified; they end early if something is damaged
   */
  public InputStream open(Digest blob) throws IOException {
    PipedInputStream in = new PipedInputStream(BUFFER);
    PipedOutputStream out = new PipedOutputStream(in);
    Flusher.daemons("layerfs-remake").newThread(() -> make(blob, out)).start();
    return in;
  }

  private void make(Digest blob, PipedOutputStream out) {
    try (out) {
      recipes.make(blob, out, Runnable::run);
    } catch (IOException e) {
      // by the digest the reader finds out; or it has read enough, and has closed the pipe
    }
  }
}
