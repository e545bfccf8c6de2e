package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.StoreSpace;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** Tells what takes how much space. */
@Command(
    name = "df",
    description = "Tell what takes how much space, what is shared, and what could be freed.",
    footer = {"", "Example:", "  layerfs df"})
final class DfCommand extends StoreCommand {
  @Override
  void run(LayerStore store) throws IOException {
    StoreSpace space = store.maintenance().space();
    if (json()) {
      print(StoreDocuments.space(space));
      return;
    }
    Table table = new Table("IMAGE OR CONTAINER", ">ITS OWN", ">SHARED");
    for (StoreSpace.OfImage image : space.images()) {
      List<String> names = image.names().isEmpty() ? List.of(image.digest()) : image.names();
      table.row(
          String.join(" ", names),
          Human.size(image.exclusiveBytes()),
          Human.size(image.sharedBytes()));
    }
    for (StoreSpace.OfContainer container : space.containers()) {
      table.row(
          container.id() + " of " + container.imageName(),
          Human.size(container.exclusiveBytes()),
          Human.size(container.sharedBytes()));
    }
    table.print(out());
    out().println();
    printTotals(space);
  }

  private void printTotals(StoreSpace space) {
    Table totals = new Table("", ">");
    totals.row("blobs", Human.size(space.blobBytes()));
    totals.row("layer files", Human.size(space.layerBytes()));
    totals.row("image trees", Human.size(space.treeBytes()));
    totals.row("extracted images", Human.size(space.extractedBytes()));
    totals.row("containers", Human.size(space.containerBytes()));
    totals.row("checkpoints and forks", Human.size(space.coveredBytes()));
    totals.row("volumes", Human.size(space.volumeBytes()));
    totals.row("other", Human.size(space.otherBytes()));
    totals.row("total", Human.size(space.totalBytes()));
    totals.row("could be freed by gc", Human.size(space.reclaimableBytes()));
    totals.print(out());
  }
}
