package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Removed;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes images. */
@Command(
    name = "rmi",
    description = "Remove names of images, and images that have no other name.",
    footer = {"", "Example:", "  layerfs rmi debian:12"})
final class RmiCommand extends StoreCommand {
  @Parameters(arity = "1..*", paramLabel = "REF", description = "Names or digests.")
  private List<String> references = new ArrayList<>();

  @Override
  void run(LayerStore store) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    forEach(references, reference -> {
      Removed removed = store.remove(reference);
      documents.add(Documents.removed(removed));
      if (!json()) {
        tell(removed);
      }
    });
    if (json()) {
      printAll(documents.iterator());
    }
  }

  private void tell(Removed removed) {
    for (String name : removed.names()) {
      out().println(Human.printable("Untagged " + name));
    }
    for (Digest digest : removed.images()) {
      out().println("Deleted " + digest);
    }
    if (removed.freedBytes() > 0) {
      out().println("Freed " + Human.size(removed.freedBytes()));
    }
  }
}
