package dev.layerfs.store;

import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Moves what was staged into place: the files first, then the directories that name them, the list of images last. */
final class Publisher {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final Layers layers;
  private final ImageListFile list;
  private final Sweep sweep;

  Publisher(Session session, Layers layers, ImageListFile list, Sweep sweep) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.layers = layers;
    this.list = list;
    this.sweep = sweep;
  }

  /**
   * Puts everything into place, or nothing.
   *
   * @param staged what is durable, but has no name yet
   * @param lease what holds the objects that images share with others; it is given up if this fails
   * @param flusher makes files durable at the same time
   * @param naming changes the list of images
   */
  void publish(Staged staged, Path lease, Flusher flusher, UnaryOperator<ImageList> naming)
      throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) {
      ImageList before = list.read();
      try {
        Set<Path> changed = move(staged);
        ImageList after = naming.apply(before);
        if (after == before) {
          changed.add(paths.root());
          sync(changed);
        } else {
          name(after, changed, flusher);
        }
      } catch (IOException | RuntimeException e) {
        takeBack(staged, lease, e);
        throw e;
      }
    }
  }

  /** While directories are forced, so is the list that names what is in them; then it is put into its place. */
  private void name(ImageList after, Set<Path> changed, Flusher flusher) throws IOException {
    try (ImageListChange change = list.prepare(after)) {
      change.forces().forEach(flusher::submit);
      sync(changed);
      flusher.await();
      change.put();
    }
  }

  private void sync(Set<Path> directories) throws IOException {
    for (Path directory : directories) {
      io.syncDirectory(directory);
    }
  }

  /** What is in place but not in the list is garbage, once the lease does not hold it. An interrupt must not stop that. */
  private void takeBack(Staged staged, Path lease, Exception failure) {
    boolean interrupted = Thread.interrupted();
    try {
      io.unlinkIfExists(lease);
      takeBackRecipes(staged);
      sweep.run();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A blob that needs a recipe has one; a new one is an offer to do without the blob. */
  private void takeBackRecipes(Staged staged) throws IOException {
    for (Digest blob : staged.recipes().keySet()) {
      if (Files.exists(paths.blob(blob))) {
        io.unlinkIfExists(paths.recipe(blob));
      }
    }
  }

  /**
   * What is there already, also the list of images, may be of somebody who has died, or whose disk has failed, before its name
   * was durable. So directories are forced whether something is added to them or not.
   *
   * @return the directories
   */
  private Set<Path> move(Staged staged) throws IOException {
    Set<Path> changed = new LinkedHashSet<>(
        List.of(paths.blobs().resolve("sha256"), paths.layers(), paths.trees()));
    for (Map.Entry<Digest, Path> blob : staged.blobs().entrySet()) {
      Path target = paths.blob(blob.getKey());
      makeParent(target);
      rename(blob.getValue(), target, changed); // over a damaged one, if there is one
    }
    moveRecipes(staged, changed);
    for (Map.Entry<DiffId, Set<Digest>> source : staged.sources().entrySet()) {
      moveLayer(staged, source.getKey(), source.getValue(), changed);
    }
    for (var tree : staged.trees().entrySet()) {
      rename(tree.getValue(), paths.tree(tree.getKey()), changed);
    }
    return changed;
  }

  /** A blob may be there only as a recipe, whose name has to be durable as well. */
  private void moveRecipes(Staged staged, Set<Path> changed) throws IOException {
    if (!staged.recipes().isEmpty()) {
      StoreDirectory.allowRecipes(session);
    }
    for (Map.Entry<Digest, Path> recipe : staged.recipes().entrySet()) {
      rename(recipe.getValue(), paths.recipe(recipe.getKey()), changed);
    }
    if (Files.exists(paths.recipes())) {
      changed.add(paths.recipes());
    }
  }

  private void moveLayer(Staged staged, DiffId diffId, Set<Digest> sources, Set<Path> changed)
      throws IOException {
    Set<Digest> known = new LinkedHashSet<>(sources);
    layers.find(diffId).ifPresent(before -> known.addAll(before.blobs()));
    Path directory = staged.layers().get(diffId);
    if (directory != null && (layers.find(diffId).isEmpty() || staged.damaged().contains(diffId))) {
      putLayer(directory, paths.layer(diffId), changed);
    }
    Optional<LayerRecord> record = layers.find(diffId);
    if (record.isPresent() && !record.get().blobs().containsAll(known)) {
      session.replace(
          paths.layerRecord(diffId),
          RecordFile.encode(record.get().withBlobs(known).toJson()));
    }
  }

  /**
   * What is there is damaged. It may be in use all the same, so nothing of it is away even for a moment: file by file is
   * replaced, the record last.
   */
  private void putLayer(Path made, Path layer, Set<Path> changed) throws IOException {
    if (!Files.isDirectory(layer, LinkOption.NOFOLLOW_LINKS)) {
      session.delete(layer);
      rename(made, layer, changed);
      return;
    }
    rename(made.resolve(StorePaths.LAYER_FILE), layer.resolve(StorePaths.LAYER_FILE), changed);
    rename(made.resolve(StorePaths.LAYER_RECORD), layer.resolve(StorePaths.LAYER_RECORD), changed);
  }

  private void makeParent(Path file) throws IOException {
    Path parent = Objects.requireNonNull(file.getParent());
    if (!Files.exists(parent)) { // blobs of an algorithm that the store has none of yet
      io.mkdir(parent);
      io.syncDirectory(paths.blobs());
    }
  }

  private void rename(Path from, Path to, Set<Path> changed) throws IOException {
    io.rename(from, to);
    changed.add(Objects.requireNonNull(to.getParent()));
  }
}
