package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives up blobs that can be made again of their layer files. One after the other gets a recipe, which has made the blob before
 * it is put into place; only when that is durable the blob goes, unless somebody who is under way needs it.
 */
public final class Discard {
  private final Session session;
  private final Layers layers;
  private final Sweep sweep;
  private final Blobs.Adding adding;
  private final Recipes recipes;
  private final Verification verification;
  private final List<Discarded> discarded = new ArrayList<>();
  private final List<Kept> kept = new ArrayList<>();

  Discard(Session session, Layers layers, Sweep sweep, Blobs.Adding adding) {
    this.session = session;
    this.layers = layers;
    this.sweep = sweep;
    this.adding = adding;
    this.recipes = new Recipes(session.paths());
    this.verification = new Verification(session.paths(), layers);
  }

  /** Why a blob stays. */
  public enum Reason {
    /** No compressor that there is here makes its bytes; of a gzip: it has something that none writes. */
    NOT_REPRODUCIBLE,
    /** A recipe would be no shorter. */
    NO_GAIN,
    /** Its layer file is not there, or is damaged. */
    NO_LAYER_FILE,
    /** It is not what its digest says, or can't be read. */
    DAMAGED,
    /** Somebody reads it, or is about to. */
    IN_USE
  }

  /** A blob that was given up, and the length of its recipe. */
  public record Discarded(Descriptor blob, long recipeBytes) {}

  /** A blob that stays. */
  public record Kept(Descriptor blob, Reason reason) {}

  /** What was given up, and what was not. */
  public record Report(List<Discarded> discarded, List<Kept> kept) {}

  /**
   * Gives up what can be.
   *
   * @param dryRun whether to make recipes only to know; nothing is kept of them
   */
  Report run(boolean dryRun) throws IOException {
    References references = sweep.references(sweep.links());
    Set<References.LayerSource> sources = new LinkedHashSet<>();
    for (Item item : references.items()) {
      sources.addAll(references.sources(item));
    }
    for (References.LayerSource source : sources) {
      Interruption.check("discard");
      if (StoreFiles.isFile(
          session.paths().blob(source.blob().digest()), source.blob().size())) {
        discard(source.blob(), source.diffId(), dryRun);
      }
    }
    return new Report(List.copyOf(discarded), List.copyOf(kept));
  }

  private void discard(Descriptor blob, DiffId diffId, boolean dryRun) throws IOException {
    Optional<Reason> obstacle;
    AtomicLong recipeBytes = new AtomicLong();
    try (Ingest ingest = adding.begin()) {
      ingest.protect(Set.of(), Set.of(diffId), Set.of());
      obstacle = prepare(ingest, blob, diffId, recipeBytes);
      if (obstacle.isEmpty() && !dryRun) {
        ingest.commit(list -> list);
        obstacle = remove(blob);
      }
    }
    obstacle.ifPresentOrElse(
        reason -> kept.add(new Kept(blob, reason)),
        () -> discarded.add(new Discarded(blob, recipeBytes.get())));
  }

  /** Sees to it that there is a recipe that makes the blob; returns why there is none. */
  private Optional<Reason> prepare(
      Ingest ingest, Descriptor blob, DiffId diffId, AtomicLong recipeBytes) throws IOException {
    if (layers.find(diffId).isEmpty()) {
      return Optional.of(Reason.NO_LAYER_FILE);
    }
    Optional<RecipeRecord> known = recipes.find(blob.digest());
    if (known.isPresent() && verification.canMakeBlob(blob.digest())) {
      recipeBytes.set(known.get().fileBytes());
      return Optional.empty();
    }
    try {
      Optional<RecipeRecord> made = ingest.recipe(blob, diffId);
      made.ifPresent(recipe -> recipeBytes.set(recipe.fileBytes()));
      return made.isEmpty()
          ? Optional.of(Reason.NOT_REPRODUCIBLE)
          : Optional.of(Reason.NO_GAIN).filter(reason -> recipeBytes.get() >= blob.size());
    } catch (LimitExceededException e) {
      if (e.limit().equals(SpaceReserve.NAME)) {
        throw e; // nothing is wrong with the blob
      }
      return Optional.of(Reason.DAMAGED);
    } catch (DigestMismatchException | MalformedImageException e) {
      return Optional.of(Reason.DAMAGED);
    } catch (StoreCorruptException | NoSuchFileException e) {
      return Optional.of(Reason.NO_LAYER_FILE);
    }
  }

  /** Deletes the file of a blob whose recipe is durable; returns why not. */
  private Optional<Reason> remove(Descriptor blob) throws IOException {
    DocumentLinks links = sweep.links();
    sweep.references(links);
    Session.TakenAway away;
    try (LockFile.Held lock = session.locks().lockStore()) {
      References references = sweep.references(links);
      if (isInUse(references, Item.blob(blob.digest()))) {
        return Optional.of(Reason.IN_USE);
      }
      if (!verification.canBeMade(blob)) { // removed, or damaged, meanwhile
        return Optional.of(Reason.NO_LAYER_FILE);
      }
      away = session.takeAway(session.paths().blob(blob.digest()));
      session.io().syncDirectory(session.paths().blobs().resolve("sha256"));
    }
    if (away.doomed().isPresent()) {
      session.discard(away.doomed().get());
    }
    return Optional.empty();
  }

  private static boolean isInUse(References references, Item blob) {
    return references.neededBy(blob).stream().anyMatch(user -> user.kind() == Item.Kind.SESSION)
        || references.unreadable().stream()
            .anyMatch(unreadable -> unreadable.item().kind() == Item.Kind.SESSION);
  }
}
