package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes volumes. */
@Command(
    name = "rm",
    description = "Remove volumes that no container has, and their snapshots.",
    footer = {"", "Example:", "  layerfs volume rm data"})
final class VolumeRmCommand extends StoreCommand {
  @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.")
  private List<String> names = new ArrayList<>();

  @Override
  void run(LayerStore store) throws IOException {
    List<String> removed = new ArrayList<>();
    forEach(names, name -> {
      store.volumes().remove(name);
      removed.add(name);
      if (!json()) {
        out().println(name);
      }
    });
    if (json()) {
      printAll(removed.iterator());
    }
  }
}
