package dev.layerfs.examples;

import dev.layerfs.Explanation;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreObject;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells why something is kept. */
@Command(
    name = "explain",
    description = "Tell why something is kept, and what would be freed without it.",
    footer = {"", "Example:", "  layerfs explain debian:12"})
final class ExplainCommand extends StoreCommand {
  @Parameters(
      paramLabel = "REF|CONTAINER|VOLUME|DIGEST",
      description =
          "An image, a container, a volume, or the digest of a blob, layer or image tree.")
  private String object = "";

  @Override
  void run(LayerStore store) throws IOException {
    List<Explanation> explanations = store.maintenance().explain(object);
    if (json()) {
      printAll(explanations.stream().map(StoreDocuments::explanation).iterator());
    } else {
      explanations.forEach(this::tell);
    }
  }

  private void tell(Explanation explanation) {
    println(StoreDocuments.words(explanation.subject()) + ", " + Human.size(explanation.bytes()));
    if (explanation.reasons().isEmpty()) {
      println("  nothing needs it: layerfs gc deletes it");
    }
    for (List<StoreObject> reason : explanation.reasons()) {
      println("  kept by "
          + reason.stream().map(StoreDocuments::words).collect(Collectors.joining(" -> ")));
    }
    println("  without that " + Human.size(explanation.freedBytes()) + " would be free:");
    explanation.freed().forEach(freed -> println("    " + StoreDocuments.words(freed)));
  }

  private void println(String line) {
    out().println(Human.printable(line));
  }
}
