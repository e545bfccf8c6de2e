package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Unmounts containers. */
@Command(
    name = "umount",
    description = "Unmount containers, whoever mounted them.",
    footer = {"", "Example:", "  layerfs umount web"})
final class UmountCommand extends StoreCommand {
  @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Its id or name.")
  private List<String> containers = List.of();

  @Option(
      names = {"-l", "--lazy"},
      description = "Take it out of sight although somebody uses it.")
  private boolean lazy;

  @Override
  void run(LayerStore store) {
    forEach(containers, name -> {
      if (lazy) {
        store.unmountLazily(name);
      } else {
        store.unmount(name);
      }
      if (!json()) {
        out().println(name);
      }
    });
    if (json()) {
      printAll(containers.iterator());
    }
  }
}
