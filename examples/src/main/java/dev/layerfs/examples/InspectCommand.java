package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what is known of an image. */
@Command(
    name = "inspect",
    description = "Show what is known of an image: layers, sizes, config. Always JSON.",
    footer = {"", "Example:", "  layerfs inspect debian:12"})
final class InspectCommand extends StoreCommand {
  @Parameters(paramLabel = "REF", description = "A name, a digest or the beginning of one.")
  private String reference = "";

  @Override
  void run(LayerStore store) throws IOException {
    print(Documents.details(store.image(reference)));
  }
}
