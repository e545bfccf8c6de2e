package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Volume;
import dev.layerfs.VolumeSnapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, lists and forgets snapshots. */
@Command(
    name = "snapshot",
    description = "Remember what is in a volume, and print the snapshot's id.",
    footer = {
      "",
      "Examples:",
      "  layerfs volume snapshot data",
      "  layerfs volume snapshot data --list"
    })
final class VolumeSnapshotCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "The volume's name.")
  private String name = "";

  @Option(names = "--list", description = "List the snapshots instead.")
  private boolean list;

  @Option(names = "--rm", paramLabel = "ID", description = "Forget a snapshot instead.")
  private @Nullable String forgotten;

  @Override
  void run(LayerStore store) throws IOException {
    Volume volume = store.volumes().get(name);
    if (list) {
      list(volume.snapshots());
      return;
    }
    VolumeSnapshot snapshot;
    if (forgotten == null) {
      snapshot = volume.snapshot();
    } else {
      snapshot = VolumeDocuments.find(volume, forgotten);
      volume.removeSnapshot(snapshot);
    }
    if (json()) {
      print(VolumeDocuments.snapshot(snapshot));
    } else {
      out().println(snapshot.id());
    }
  }

  private void list(List<VolumeSnapshot> snapshots) {
    if (json()) {
      printAll(snapshots.stream().map(VolumeDocuments::snapshot).iterator());
      return;
    }
    Table table = new Table("ID", "CREATED");
    for (VolumeSnapshot snapshot : snapshots) {
      table.row(snapshot.id(), Human.ago(snapshot.created(), terminal().clock()));
    }
    table.print(out());
  }
}
