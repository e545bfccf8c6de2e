package dev.layerfs.examples;

import dev.layerfs.ContainerInfo;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists containers. */
@Command(
    name = "ps",
    description = "List the containers of the store.",
    footer = {"", "Example:", "  layerfs ps"})
final class PsCommand extends StoreCommand {
  @Override
  void run(LayerStore store) throws IOException {
    if (json()) {
      printAll(store.containers().stream().map(Documents::container).iterator());
      return;
    }
    Table table = new Table("ID", "NAME", "IMAGE", "CREATED", "STATE", "USED", "LABELS");
    for (ContainerInfo container : store.containers()) {
      table.row(
          container.id(),
          container.name().orElse(""),
          container.imageName(),
          Human.ago(container.created(), terminal().clock()),
          state(container),
          used(container),
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

  /** What is used of what may be used, where there is a limit; {@code ?} for what would have to be counted. */
  private static String used(ContainerInfo container) {
    List<String> parts = new ArrayList<>();
    container
        .limits()
        .bytes()
        .ifPresent(limit -> parts.add(
            of(container.usage().map(usage -> Human.size(usage.bytes())), Human.size(limit))));
    container
        .limits()
        .inodes()
        .ifPresent(limit -> parts.add(
            of(container.usage().map(usage -> Long.toString(usage.inodes())), limit + " inodes")));
    return String.join(", ", parts);
  }

  private static String of(Optional<String> used, String limit) {
    return used.orElse("?") + " of " + limit;
  }

  private static String labels(ContainerInfo container) {
    return new TreeMap<>(container.labels())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
