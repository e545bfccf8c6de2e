package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks blobs: that they are there, have the length that whoever names them says, and are what their digests say. */
final class BlobCheck {
  private final StorePaths paths;
  private final Verification verification;
  private final Repairs repairs;
  private final Set<Item> checked = new HashSet<>();

  BlobCheck(StorePaths paths, Verification verification, Repairs repairs) {
    this.paths = paths;
    this.verification = verification;
    this.repairs = repairs;
  }

  /** Checks the blobs that were not checked before; returns whether a repair may have brought more to light. */
  boolean check(CheckRun run) throws IOException {
    boolean repaired = false;
    for (Map.Entry<Item, Descriptor> blob : Map.copyOf(run.references().blobs()).entrySet()) {
      if (checked.add(blob.getKey())) {
        run.count();
        repaired |= check(run, blob.getKey(), blob.getValue());
      }
    }
    return repaired;
  }

  private boolean check(CheckRun run, Item item, Descriptor blob) throws IOException {
    Optional<String> problem = problem(run, blob);
    if (problem.isPresent()) {
      run.damaged(item, problem.get(), run.reload(item), () -> repairs.blob(blob));
    }
    return problem.isPresent() && !run.isDamaged(item);
  }

  private Optional<String> problem(CheckRun run, Descriptor blob) throws IOException {
    Path file = paths.blob(blob.digest());
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Files.exists(paths.recipe(blob.digest())) ? discarded(run, blob) : missing(blob);
    }
    if (!StoreFiles.isFile(file, blob.size())) {
      return Optional.of("it is not a file of " + blob.size() + " bytes");
    }
    return run.full() ? verification.blob(blob.digest(), run.progress()) : Optional.empty();
  }

  private static Optional<String> missing(Descriptor blob) {
    return blob.mediaType().isNonDistributable() ? Optional.empty() : Optional.of("it is missing");
  }

  /** If the recipe or the layer file is damaged, that is what is reported, and not the blob. */
  private Optional<String> discarded(CheckRun run, Descriptor blob) throws IOException {
    Optional<String> problem =
        run.full() ? verification.blob(blob.digest(), run.progress()) : Optional.empty();
    return problem.isPresent() && verification.hasRightRecipe(blob.digest())
        ? problem
        : Optional.empty();
  }

  /** Tells of indexes that lead to nothing, and of documents that are what their digests say and yet can't be read. */
  void checkReadable(CheckRun run) throws IOException {
    for (Item index : run.references().bareIndexes()) {
      run.damaged(index, "none of the manifests that it names is there", run.reload(index));
    }
    for (References.Unreadable unreadable : run.references().unreadable()) {
      if (unreadable.item().kind() == Item.Kind.BLOB && !run.isDamaged(unreadable.item())) {
        run.note(unreadable.item(), "it can't be read: " + unreadable.problem());
      }
    }
  }
}
