package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts images for several platforms under one name. */
@Command(
    name = "index",
    description = "Put images for several platforms under one name, and print the index's digest.",
    footer = {"", "Example:", "  layerfs index team/app:2 team/app:2-amd64 team/app:2-arm64"})
final class IndexCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "REF", description = "The name of the index.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Names or digests, one for each platform.")
  private List<String> references = new ArrayList<>();

  @Override
  void run(LayerStore store) throws IOException {
    List<Image> images = new ArrayList<>();
    for (String reference : references) {
      images.add(store.image(reference));
    }
    Digest digest = store.index(name, images);
    if (json()) {
      print(Map.of("name", name, "digest", digest.toString()));
    } else {
      out().println(digest);
    }
  }
}
