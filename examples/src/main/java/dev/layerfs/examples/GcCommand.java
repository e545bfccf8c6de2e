package dev.layerfs.examples;

import dev.layerfs.GcPlan;
import dev.layerfs.LayerStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes what nothing needs. */
@Command(
    name = "gc",
    description = "Delete what no image, no container and nothing under way needs.",
    footer = {"", "Example:", "  layerfs gc --dry-run"})
final class GcCommand extends StoreCommand {
  @Option(names = "--dry-run", description = "Only tell what would be deleted.")
  private boolean dryRun;

  @Override
  void run(LayerStore store) throws IOException {
    GcPlan plan = dryRun ? store.maintenance().planGc() : store.maintenance().gc();
    if (json()) {
      print(StoreDocuments.plan(plan, !dryRun));
      return;
    }
    Table table = new Table("", ">", "");
    for (GcPlan.Garbage garbage : plan.garbage()) {
      table.row(
          StoreDocuments.words(garbage.subject()), Human.size(garbage.bytes()), garbage.reason());
    }
    table.print(out());
    for (GcPlan.Obstacle obstacle : plan.obstacles()) {
      warn(StoreDocuments.words(obstacle.subject())
          + " is damaged, so what it may need stays: "
          + obstacle.problem());
    }
    out().println((dryRun ? "Would free " : "Freed ") + Human.size(plan.bytes()));
  }
}
