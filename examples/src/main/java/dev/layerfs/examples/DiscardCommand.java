package dev.layerfs.examples;

import dev.layerfs.DiscardReport;
import dev.layerfs.LayerStore;
import dev.layerfs.Maintenance;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes compressed layers that can be made again. */
@Command(
    name = "discard",
    description =
        "Delete compressed layers whose bytes can be made again of what images are read from.",
    footer = {
      "",
      "A push or save makes again what it needs. What can't be made again, byte for byte, stays.",
      "",
      "Example:",
      "  layerfs discard --dry-run"
    })
final class DiscardCommand extends StoreCommand {
  @Option(names = "--dry-run", description = "Only tell what would be deleted; takes as long.")
  private boolean dryRun;

  @Override
  void run(LayerStore store) throws IOException {
    Maintenance maintenance = store.maintenance();
    DiscardReport report = dryRun ? maintenance.planDiscard() : maintenance.discardBlobs();
    if (json()) {
      print(StoreDocuments.discard(report, !dryRun));
      return;
    }
    Table table = new Table("BLOB", ">SIZE", ">KEPT", "");
    for (DiscardReport.Discarded each : report.discarded()) {
      table.row(
          each.blob().digest().toString(),
          Human.size(each.blob().size()),
          Human.size(each.recipeBytes()),
          dryRun ? "can be discarded" : "discarded");
    }
    for (DiscardReport.Kept each : report.kept()) {
      String size = Human.size(each.blob().size());
      table.row(
          each.blob().digest().toString(),
          size,
          size,
          "stays: " + StoreDocuments.word(each.reason()));
    }
    table.print(out());
    out().println((dryRun ? "Would free " : "Freed ") + Human.size(report.bytes()));
  }
}
