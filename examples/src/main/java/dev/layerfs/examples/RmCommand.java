package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes containers. */
@Command(
    name = "rm",
    description = "Remove containers, and what was written to them.",
    footer = {"", "Example:", "  layerfs rm web"})
final class RmCommand extends StoreCommand {
  @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Ids or names.")
  private List<String> containers = new ArrayList<>();

  @Override
  void run(LayerStore store) throws IOException {
    List<String> removed = new ArrayList<>();
    forEach(containers, container -> {
      String id = store.container(container).id();
      store.removeContainer(container);
      removed.add(id);
      if (!json()) {
        out().println(container);
      }
    });
    if (json()) {
      printAll(removed.iterator());
    }
  }
}
