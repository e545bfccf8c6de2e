package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what is known of an image. */
@Command(
    name = "inspect",
    description = "Show what is known of an image: layers, sizes, config. Always JSON.")
final class InspectCommand extends StoreCommand {
  @Parameters(paramLabel = "REF", description = "A name, a digest or the beginning of one.")
  private String reference = "";

  @Override
  void run(LayerStore store) throws IOException {
    Image image = store.image(reference);
    Map<String, Object> document = Documents.details(image);
    document.put("config", Documents.config(image.config()));
    print(document);
  }
}
