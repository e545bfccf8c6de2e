package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pulls an image. */
@Command(
    name = "pull",
    description = "Pull an image from a registry, and print its name and digest.",
    footer = {
      "",
      "Examples:",
      "  layerfs pull debian:12",
      "  layerfs pull debian:12 --platform linux/arm64"
    })
final class PullCommand extends StoreCommand {
  @Parameters(paramLabel = "REF", description = "For example debian:12 or registry.example/app:1.")
  private String reference = "";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "Which platform of a multi-platform image. Default: this machine's.")
  private @Nullable String platform;

  @Option(names = "--all-platforms", description = "Pull every platform.")
  private boolean allPlatforms;

  @Mixin
  private RegistryFlags registry = new RegistryFlags();

  @Override
  void run(LayerStore store) throws IOException {
    PullOptions.Builder options = PullOptions.builder();
    if (platform != null) {
      options.platform(platform(platform));
    }
    if (allPlatforms) {
      options.allPlatforms();
    }
    List<Image> images;
    try (RegistryClient client = registry.open(Reference.parse(reference).domain(), this);
        Progress progress = Progress.on(terminal())) {
      images = store.pull(reference, options.client(client).progress(progress).build());
    }
    printImages("Pulled", images);
  }
}
