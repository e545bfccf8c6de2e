package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists images. */
@Command(
    name = "images",
    description = "List the images of the store.",
    footer = {"", "Example:", "  layerfs images"})
final class ImagesCommand extends StoreCommand {
  @Override
  void run(LayerStore store) throws IOException {
    if (json()) {
      List<Map<String, Object>> documents = new ArrayList<>();
      for (Image image : store.images()) {
        documents.add(Documents.image(image));
      }
      printAll(documents.iterator());
      return;
    }
    Table table = new Table("NAME", "DIGEST", "PLATFORM", ">LAYERS", ">SIZE", "CREATED");
    for (Image image : store.images()) {
      List<String> names = image.names().isEmpty() ? List.of("<untagged>") : image.names();
      for (String name : names) {
        table.row(
            familiar(name),
            Human.brief(image.digest()),
            image.platform().toString(),
            Integer.toString(image.layers().size()),
            Human.size(image.contentBytes()),
            Human.ago(image.config().created(), terminal().clock()));
      }
    }
    table.print(out());
  }

  /** Returns the short form of a name: debian:12 for docker.io/library/debian:12. */
  private static String familiar(String name) {
    try {
      return Reference.parse(name).familiar();
    } catch (MalformedImageException e) {
      return name; // another tool has named the image as it liked
    }
  }
}
