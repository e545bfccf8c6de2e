package dev.layerfs.examples;

import dev.layerfs.Change;
import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists differences. */
@Command(
    name = "diff",
    description = {
      "List what was changed in a container, or between two images.",
      "A added, C changed, D deleted."
    },
    footer = {"", "Examples:", "  layerfs diff web", "  layerfs diff debian:11 debian:12"})
final class DiffCommand extends StoreCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONTAINER|REF",
      description = "A container; or the image to compare with.")
  private String first = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REF",
      description = "The image to compare.")
  private @Nullable String second;

  @Override
  void run(LayerStore store) throws IOException {
    if (second != null) {
      try (Stream<Change> changes = store.image(second).changesFrom(store.image(first))) {
        print(changes);
      }
      return;
    }
    try (Container container = store.open(first);
        Stream<Change> changes = container.changes()) {
      print(changes);
    }
  }

  private void print(Stream<Change> changes) {
    if (json()) {
      printAll(changes.map(Documents::change).iterator());
    } else {
      changes.forEach(
          change -> out().println(letter(change) + " " + Human.printable(change.path())));
    }
  }

  private String letter(Change change) {
    String colour = switch (change.kind()) {
      case ADDED -> "green";
      case MODIFIED -> "yellow";
      case DELETED -> "red";
    };
    return terminal().coloured(colour, String.valueOf(change.kind().letter()));
  }
}
