package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Checks recipes: their records and lengths, or every byte. Whether one makes its blob, {@link BlobCheck} finds out. */
final class RecipeCheck {
  private static final String REPAIR = "layerfs check --repair";

  private final Session session;
  private final Recipes recipes;
  private final Repairs repairs;

  RecipeCheck(Session session, Repairs repairs) {
    this.session = session;
    this.recipes = new Recipes(session.paths());
    this.repairs = repairs;
  }

  void check(CheckRun run) throws IOException {
    for (Item item : List.copyOf(run.references().items())) {
      if (item.kind() == Item.Kind.RECIPE) {
        run.count();
        check(run, item, Digest.parse(item.id()));
      }
    }
  }

  private void check(CheckRun run, Item item, Digest digest) throws IOException {
    Optional<String> problem = recipes.problem(digest, run.full());
    if (problem.isPresent()) {
      boolean isThere = Files.exists(session.paths().blob(digest));
      String remedy = isThere ? REPAIR : run.reload(Item.blob(digest));
      run.damaged(item, problem.get(), remedy, () -> repair(run, digest));
    }
  }

  /** With the blob there needs to be no recipe; the next discard makes a new one. */
  private boolean repair(CheckRun run, Digest digest) throws IOException {
    Path file = session.paths().blob(digest);
    Descriptor blob =
        run.references().blobs().get(Item.blob(digest)); // null if only a session needs it
    if (!Files.exists(file) && (blob == null || !repairs.blobFile(blob))) {
      return false;
    }
    try (LockFile.Held lock = session.locks().lockStore()) {
      // or somebody has discarded it meanwhile, with a recipe that is right
      if (Files.exists(file)) {
        session.delete(session.paths().recipe(digest));
      }
    }
    return true;
  }
}
