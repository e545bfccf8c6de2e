package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a container new again. */
@Command(
    name = "reset",
    description = "Throw away what was written to a container.",
    footer = {"", "Example:", "  layerfs reset web"})
final class ResetCommand extends StoreCommand {
  @Parameters(paramLabel = "CONTAINER", description = "Its id or name.")
  private String container = "";

  @Override
  void run(LayerStore store) throws IOException {
    store.reset(container);
    if (json()) {
      print(Documents.container(store.container(container)));
    } else {
      out().println(container);
    }
  }
}
