package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Names an image. */
@Command(
    name = "tag",
    description = "Give an image another name.",
    footer = {"", "Example:", "  layerfs tag debian:12 localhost:5000/debian:12"})
final class TagCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "SRC", description = "A name or a digest.")
  private String source = "";

  @Parameters(index = "1", paramLabel = "DST", description = "The new name.")
  private String name = "";

  @Override
  void run(LayerStore store) throws IOException {
    store.tag(source, name);
    if (json()) {
      print(Documents.image(store.image(name)));
    }
  }
}
