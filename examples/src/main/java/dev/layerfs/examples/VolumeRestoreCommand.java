package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Volume;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts a volume back to what it was. */
@Command(
    name = "restore",
    description = "Replace all that is in a volume by a snapshot of it.",
    footer = {"", "Example:", "  layerfs volume restore data 1"})
final class VolumeRestoreCommand extends StoreCommand {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The volume's name; nobody may have it open.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "ID", description = "The snapshot's id.")
  private String snapshot = "";

  @Override
  void run(LayerStore store) throws IOException {
    Volume volume = store.volumes().get(name);
    volume.restore(VolumeDocuments.find(volume, snapshot));
    if (json()) {
      print(VolumeDocuments.volume(volume.info()));
    } else {
      out().println(name);
    }
  }
}
