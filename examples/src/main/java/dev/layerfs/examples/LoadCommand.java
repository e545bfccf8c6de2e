package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Loads images. */
@Command(
    name = "load",
    description = "Load images, and print their names and digests.",
    footer = {
      "",
      "Examples:",
      "  layerfs load debian.tar",
      "  layerfs load layout/:12 --ref debian:12"
    })
final class LoadCommand extends StoreCommand {
  private static final String STANDARD_INPUT = "-";

  @Parameters(
      paramLabel = "FILE|DIR[:TAG]|-",
      description = {
        "An OCI archive, an OCI layout directory or a docker archive, compressed or not;",
        "- reads an archive from standard input."
      })
  private String source = "";

  @Option(
      names = "--ref",
      paramLabel = "REF",
      description = "The image's name, instead of the names the source has for it.")
  private @Nullable String reference;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "Which platform of a multi-platform image. Default: this machine's.")
  private @Nullable String platform;

  @Option(names = "--all-platforms", description = "Load every platform.")
  private boolean allPlatforms;

  @Option(
      names = "--overwrite",
      description = "Let names of the source replace names in the store.")
  private boolean overwrite;

  @Override
  void run(LayerStore store) throws IOException {
    List<Image> images;
    try (Progress progress = Progress.on(terminal())) {
      LoadOptions.Builder options = options().progress(progress);
      images = source.equals(STANDARD_INPUT)
          ? store.load(terminal().in(), options.build())
          : store.load(select(options), options.build());
    }
    printImages("Loaded", images);
  }

  private LoadOptions.Builder options() {
    LoadOptions.Builder options = LoadOptions.builder();
    if (reference != null) {
      options.reference(reference);
    }
    if (platform != null) {
      options.platform(platform(platform));
    }
    if (allPlatforms) {
      options.allPlatforms();
    }
    if (overwrite) {
      options.overwriteNames();
    }
    return options;
  }

  /** Returns the source's path, and tells the options of its tag. A path that exists as it stands has none. */
  private Path select(LoadOptions.Builder options) {
    Path whole = Path.of(source);
    int colon = source.indexOf(':');
    while (colon > 0 && !Files.exists(whole)) {
      Path path = Path.of(source.substring(0, colon));
      if (Files.exists(path)) {
        options.select(source.substring(colon + 1));
        return path;
      }
      colon = source.indexOf(':', colon + 1);
    }
    return whole;
  }
}
