package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.oci.DiffId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks image trees: by merging the layers again, and comparing every byte. */
final class TreeCheck {
  private final Session session;
  private final StorePaths paths;
  private final Repairs repairs;

  TreeCheck(Session session, Repairs repairs) {
    this.session = session;
    this.paths = session.paths();
    this.repairs = repairs;
  }

  void check(CheckRun run) throws IOException {
    for (Item mount : new Inventory(paths).mounts().keySet()) {
      if (mount.kind() == Item.Kind.FILE) {
        run.leftover(mount, LayoutCheck.STRANGE, "delete it");
      }
    }
    for (Map.Entry<Item, List<DiffId>> stack : run.references().stacks().entrySet()) {
      run.count();
      check(run, stack.getKey(), stack.getValue());
    }
  }

  private void check(CheckRun run, Item item, List<DiffId> diffIds) throws IOException {
    Path tree = paths.tree(Trees.chainId(diffIds));
    CheckRun.Fix fix = () -> repairs.tree(diffIds);
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      run.absent(item, "it is not there; it is made when the image is opened", fix);
      return;
    }
    for (DiffId diffId : diffIds) {
      Item layer = Item.layer(diffId);
      if (run.isDamaged(layer) || !Files.exists(paths.layerFile(diffId))) {
        run.note(item, "it was not compared with its layers, since " + layer + " is not right");
        return;
      }
    }
    Optional<String> problem = run.full() ? compare(tree, diffIds) : open(tree, diffIds);
    if (run.full()) {
      run.progress().advance(item.toString(), DiskSpace.of(tree));
    }
    if (problem.isPresent()) {
      run.damaged(item, problem.get(), "layerfs check --repair", fix);
    }
  }

  private Optional<String> compare(Path tree, List<DiffId> diffIds) throws IOException {
    Path made = session.newPath();
    try {
      Trees.write(session.io(), made, diffIds, paths::layerFile);
      return Verification.isSame(made, tree)
          ? Optional.empty()
          : Optional.of("it is not the merge of its layers");
    } finally {
      session.discard(made);
    }
  }

  private Optional<String> open(Path tree, List<DiffId> diffIds) {
    try (ErofsImage image =
        ErofsImage.open(tree, diffIds.stream().map(paths::layerFile).toList())) {
      image.list(image.root());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
