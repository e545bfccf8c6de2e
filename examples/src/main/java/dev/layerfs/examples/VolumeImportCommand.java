package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Volume;
import dev.layerfs.VolumeOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a volume of an artifact. */
@Command(
    name = "import",
    description = "Make a volume of an artifact that was loaded or pulled, and print its name.",
    footer = {"", "Example:", "  layerfs volume import registry.example/team/data:1 data"})
final class VolumeImportCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "REF", description = "The artifact: a name or a digest.")
  private String reference = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "The new volume's name.")
  private String name = "";

  @Option(
      names = "--label",
      paramLabel = "K=V",
      mapFallbackValue = "",
      description = "A label to keep with it. May be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Override
  void run(LayerStore store) throws IOException {
    VolumeOptions.Builder options = VolumeOptions.builder();
    labels.forEach(options::label);
    Volume made = store.volumes().importFrom(reference, name, options.build());
    if (json()) {
      print(VolumeDocuments.volume(made.info()));
    } else {
      out().println(made.name());
    }
  }
}
