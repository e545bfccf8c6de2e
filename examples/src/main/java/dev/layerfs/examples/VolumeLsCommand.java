package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.VolumeInfo;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists volumes. */
@Command(
    name = "ls",
    description = "List the volumes of the store.",
    footer = {"", "Example:", "  layerfs volume ls"})
final class VolumeLsCommand extends StoreCommand {
  private static final int BRIEF = 12;

  @Override
  void run(LayerStore store) throws IOException {
    List<VolumeInfo> volumes = store.volumes().list();
    if (json()) {
      printAll(volumes.stream().map(VolumeDocuments::volume).iterator());
      return;
    }
    Table table = new Table("NAME", "DRIVER", "CREATED", "USED BY", "LABELS");
    for (VolumeInfo volume : volumes) {
      table.row(
          volume.name(),
          VolumeDocuments.driver(volume),
          Human.ago(volume.created(), terminal().clock()),
          users(volume),
          labels(volume));
    }
    table.print(out());
  }

  private static String users(VolumeInfo volume) {
    String containers = volume.containers().stream()
        .map(id -> id.substring(0, Math.min(BRIEF, id.length())))
        .collect(Collectors.joining(","));
    return containers.isEmpty() && volume.open() ? "open" : containers;
  }

  private static String labels(VolumeInfo volume) {
    return new TreeMap<>(volume.labels())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
