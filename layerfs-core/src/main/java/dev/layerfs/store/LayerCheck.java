package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.DiffId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Checks layers: their records, and the layer files against the lengths and checksums in those. */
final class LayerCheck {
  private static final Set<String> NAMES = Set.of(StorePaths.LAYER_FILE, StorePaths.LAYER_RECORD);

  private final StorePaths paths;
  private final Layers layers;
  private final Verification verification;
  private final Repairs repairs;

  LayerCheck(StorePaths paths, Layers layers, Verification verification, Repairs repairs) {
    this.paths = paths;
    this.layers = layers;
    this.verification = verification;
    this.repairs = repairs;
  }

  void check(CheckRun run) throws IOException {
    for (Item item : List.copyOf(run.references().items())) {
      if (item.kind() == Item.Kind.LAYER) {
        run.count();
        check(run, item, DiffId.parse(item.id()));
      }
    }
  }

  private void check(CheckRun run, Item item, DiffId diffId) throws IOException {
    Path directory = paths.layer(diffId);
    CheckRun.Fix fix = () -> repairs.layer(run.references().sources(item));
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      if (!run.references().sources(item).isEmpty()) { // else somebody is only about to add it
        absent(run, item, fix);
      }
      return;
    }
    Optional<String> problem =
        run.full() ? verification.layer(diffId, run.progress()) : quickly(diffId);
    if (problem.isPresent()) {
      run.damaged(item, problem.get(), remedy(run, item), fix);
    }
    for (Path file : StoreFiles.list(directory)) {
      if (!NAMES.contains(Objects.requireNonNull(file.getFileName()).toString())) {
        run.leftover(Item.file(paths, file), LayoutCheck.STRANGE, "delete it");
      }
    }
  }

  /** Another program may have put the image into the layout: its layer files are made when it is first opened. */
  private void absent(CheckRun run, Item item, CheckRun.Fix fix) throws IOException {
    if (hasGoodBlob(run, item)) {
      run.absent(item, "it is not there; it is made of its blob when the image is opened", fix);
    } else {
      run.damaged(item, "it is missing, and so is a blob to make it of", remedy(run, item), fix);
    }
  }

  private boolean hasGoodBlob(CheckRun run, Item item) {
    return run.references().sources(item).stream()
        .map(source -> source.blob().digest())
        .anyMatch(blob -> Files.exists(paths.blob(blob)) && !run.isDamaged(Item.blob(blob)));
  }

  private Optional<String> quickly(DiffId diffId) throws IOException {
    try {
      layers.read(diffId);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("the record is missing");
    } catch (StoreCorruptException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private String remedy(CheckRun run, Item item) {
    Set<String> remedies = new LinkedHashSet<>();
    if (hasGoodBlob(run, item)) {
      remedies.add("layerfs check --repair");
    }
    remedies.add(run.reload(item));
    return String.join(", or ", remedies);
  }
}
