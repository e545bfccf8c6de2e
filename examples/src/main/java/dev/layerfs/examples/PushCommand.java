package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.PushOptions;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pushes an image. */
@Command(
    name = "push",
    description = "Push an image to a registry, and print its digest there.",
    footer = {"", "Example:", "  layerfs push team/app:2 registry.example/team/app:2"})
final class PushCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "REF", description = "A name or a digest.")
  private String source = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEST",
      description = "Where to. Default: what the name says.")
  private @Nullable String destination;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "Push this platform of a multi-platform image alone.")
  private @Nullable String platform;

  @Option(names = "--all-platforms", description = "Fail unless every platform can be pushed.")
  private boolean allPlatforms;

  @Option(
      names = "--allow-nondistributable",
      description = "Push layers too that are not to be distributed.")
  private boolean nonDistributable;

  @Option(
      names = "--mount-from",
      paramLabel = "REPOSITORY",
      description = "Let the registry take what it has from this repository of its own.")
  private @Nullable String mountFrom;

  @Mixin
  private RegistryFlags registry = new RegistryFlags();

  @Override
  void run(LayerStore store) throws IOException {
    String target = destination == null ? source : destination;
    Digest digest;
    try (RegistryClient client = registry.open(Reference.parse(target).domain(), this);
        Progress progress = Progress.on(terminal())) {
      digest = store.push(source, options().client(client).progress(progress).build());
    }
    if (json()) {
      print(Map.of("destination", target, "digest", digest.toString()));
    } else {
      out().println(Human.printable("Pushed " + target + " " + digest));
    }
  }

  private PushOptions.Builder options() {
    PushOptions.Builder options = PushOptions.builder();
    if (destination != null) {
      options.destination(destination);
    }
    if (platform != null) {
      options.platform(platform(platform));
    }
    if (allPlatforms) {
      options.allPlatforms();
    }
    if (nonDistributable) {
      options.nonDistributable();
    }
    if (mountFrom != null) {
      options.mountFrom(mountFrom);
    }
    return options;
  }
}
