package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.MountSupport;
import dev.layerfs.spi.MountBackend.Feature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists mounts, and what could be mounted. */
@Command(
    name = "mounts",
    description = "List the containers that are mounted, and what this kernel can do.",
    footer = {"", "Example:", "  layerfs mounts"})
final class MountsCommand extends StoreCommand {
  @Override
  void run(LayerStore store) throws IOException {
    List<Mount> mounts = store.mounts();
    MountSupport support = store.mountSupport();
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("mounts", mounts.stream().map(Documents::mount).toList());
      document.put("available", support.unavailable().isEmpty());
      support.unavailable().ifPresent(reason -> document.put("reason", reason));
      document.put(
          "features", support.features().stream().map(Documents::feature).toList());
      print(document);
      return;
    }
    Table table = new Table("CONTAINER", "TARGET");
    mounts.forEach(mount -> table.row(mount.container(), mount.target().toString()));
    table.print(out());
    out().println();
    support.unavailable().ifPresent(reason -> out().println("Mounting: no (" + reason + ")"));
    Table features = new Table("FEATURE", "HERE", "USE");
    for (Feature feature : support.features()) {
      features.row(feature.name(), feature.available() ? "yes" : "no", feature.use());
    }
    features.print(out());
  }
}
