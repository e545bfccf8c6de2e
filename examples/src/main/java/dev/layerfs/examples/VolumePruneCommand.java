package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Removed;
import dev.layerfs.VolumeInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes volumes that nobody uses. */
@Command(
    name = "prune",
    description = "Remove the volumes that nothing uses: those without a name, or all.",
    footer = {"", "Example:", "  layerfs volume prune --label team=web"})
final class VolumePruneCommand extends StoreCommand {
  @Option(
      names = {"-a", "--all"},
      description = "Also those that have a name.")
  private boolean all;

  @Option(
      names = "--label",
      paramLabel = "K[=V]",
      mapFallbackValue = "",
      description = "Only those with this label. May be repeated: then with all of them.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Override
  void run(LayerStore store) throws IOException {
    Removed removed = store.volumes().prune(this::isChosen);
    if (json()) {
      print(Documents.removed(removed));
      return;
    }
    removed.names().forEach(name -> out().println(name));
    out().println("Freed " + Human.size(removed.freedBytes()));
  }

  private boolean isChosen(VolumeInfo volume) {
    return (all || volume.anonymous())
        && labels.entrySet().stream().allMatch(label -> {
          String value = volume.labels().get(label.getKey());
          return value != null
              && (label.getValue().isEmpty() || label.getValue().equals(value));
        });
  }
}
