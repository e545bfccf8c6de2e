package dev.layerfs.examples;

import dev.layerfs.registry.RegistryClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists repositories. */
@Command(
    name = "catalog",
    description = "List the repositories of a registry, if it allows that.",
    footer = {"", "Example:", "  layerfs catalog localhost:5000 --plain-http"})
final class CatalogCommand extends BaseCommand {
  @Parameters(paramLabel = "HOST", description = "For example localhost:5000.")
  private String host = "";

  @Mixin
  private RegistryFlags registry = new RegistryFlags();

  @Override
  void run() throws IOException {
    try (RegistryClient client = registry.open(host, this)) {
      printNames(client.catalog(host));
    }
  }
}
