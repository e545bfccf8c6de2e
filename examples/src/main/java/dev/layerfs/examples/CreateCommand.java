package dev.layerfs.examples;

import dev.layerfs.Container;
import dev.layerfs.ContainerInfo;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.posix.Identity;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a container. */
@Command(
    name = "create",
    description = "Make a container from an image, and print its id.",
    footer = {
      "",
      "Example:",
      "  layerfs create debian:12 --name web -v data:/srv --tmpfs /run:size=16m"
    })
final class CreateCommand extends StoreCommand {
  @Parameters(paramLabel = "REF", description = "The image: a name or a digest.")
  private String reference = "";

  @Option(names = "--name", paramLabel = "N", description = "A name for the container.")
  private @Nullable String name;

  @Option(
      names = "--label",
      paramLabel = "K=V",
      mapFallbackValue = "",
      description = "A label to keep with it. May be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--user",
      paramLabel = "UID[:GID[,GID]...]",
      description =
          "Whom it acts for; what the kernel would refuse them, it refuses. Default: 0:0.")
  private @Nullable String user;

  @Mixin
  private VolumeFlags volumes = new VolumeFlags();

  @Option(
      names = "--size-limit",
      paramLabel = "S",
      converter = ByteSize.class,
      description = "How many bytes it may write, such as 500M or 1.5G (units of 1024).")
  private @Nullable Long sizeLimit;

  @Option(
      names = "--inode-limit",
      paramLabel = "N",
      description = "How many files, directories and others it may make.")
  private @Nullable Long inodeLimit;

  @Override
  void run(LayerStore store) throws IOException {
    ContainerOptions.Builder options = ContainerOptions.builder();
    volumes.mounts().forEach(options::volume);
    volumes.makeBound();
    if (volumes.withoutImageVolumes()) {
      options.withoutImageVolumes();
    }
    if (name != null) {
      options.name(name);
    }
    labels.forEach(options::label);
    if (user != null) {
      options.actingAs(Identity.parse(user));
    }
    if (sizeLimit != null) {
      options.sizeLimit(sizeLimit);
    }
    if (inodeLimit != null) {
      options.inodeLimit(inodeLimit);
    }
    ContainerInfo container;
    try (Container created = store.create(store.image(reference), options.build())) {
      container = created.info();
    }
    if (json()) {
      print(Documents.container(store.container(container.id())));
    } else {
      out().println(container.id());
    }
  }
}
