package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Volume;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what is known of a volume. */
@Command(
    name = "inspect",
    description = "Show what is known of a volume, and its snapshots. Always JSON.",
    footer = {"", "Example:", "  layerfs volume inspect data"})
final class VolumeInspectCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Override
  void run(LayerStore store) throws IOException {
    Volume volume = store.volumes().get(name);
    print(VolumeDocuments.details(volume));
  }
}
