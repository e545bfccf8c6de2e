package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes an artifact of a volume. */
@Command(
    name = "export",
    description = {
      "Put what is in a volume into the store as an OCI artifact, and print its digest.",
      "push, save, tag and rmi take it as they take an image."
    },
    footer = {"", "Example:", "  layerfs volume export data registry.example/team/data:1"})
final class VolumeExportCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The volume's name.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "REF",
      description = "The artifact's name, such as team/data:1.")
  private String reference = "";

  @Override
  void run(LayerStore store) throws IOException {
    Digest digest = store.volumes().get(name).export(reference);
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("volume", name);
      document.put("reference", reference);
      document.put("digest", digest.toString());
      print(document);
    } else {
      out().println(digest);
    }
  }
}
