package dev.layerfs.examples;

import dev.layerfs.ContainerInfo;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists containers. */
@Command(name = "ps", description = "List the containers of the store.")
final class PsCommand extends StoreCommand {
  @Override
  void run(LayerStore store) throws IOException {
    if (json()) {
      printAll(store.containers().stream().map(Documents::container).iterator());
      return;
    }
    Table table = new Table("ID", "NAME", "IMAGE", "CREATED", "STATE", "LABELS");
    for (ContainerInfo container : store.containers()) {
      table.row(
          container.id(),
          container.name().orElse(""),
          container.imageName(),
          Human.ago(container.created(), terminal().clock()),
          state(container),
          labels(container));
    }
    table.print(out());
  }

  private static String state(ContainerInfo container) {
    return container
        .mountedAt()
        .map(target -> "mounted at " + target)
        .orElse(container.open() ? "open" : "closed");
  }

  private static String labels(ContainerInfo container) {
    return new TreeMap<>(container.labels())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
