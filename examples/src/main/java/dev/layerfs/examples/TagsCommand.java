package dev.layerfs.examples;

import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists tags. */
@Command(
    name = "tags",
    description = "List the tags of a repository in a registry.",
    footer = {"", "Example:", "  layerfs tags library/debian"})
final class TagsCommand extends BaseCommand {
  @Parameters(paramLabel = "REPO", description = "For example debian or registry.example/app.")
  private String repository = "";

  @Mixin
  private RegistryFlags registry = new RegistryFlags();

  @Override
  void run() throws IOException {
    Reference reference = Reference.parse(repository);
    try (RegistryClient client = registry.open(reference.domain(), this)) {
      printNames(client.tags(reference));
    }
  }
}
