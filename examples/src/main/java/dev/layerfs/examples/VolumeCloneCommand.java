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

/** Makes a volume of another. */
@Command(
    name = "clone",
    description = "Make a volume with what is in another, and print its name.",
    footer = {"", "Example:", "  layerfs volume clone data data2"})
final class VolumeCloneCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The volume to begin with.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The new volume's name.")
  private String clone = "";

  @Option(
      names = "--label",
      paramLabel = "K=V",
      mapFallbackValue = "",
      description = "A label to keep with the new one. May be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Override
  void run(LayerStore store) throws IOException {
    VolumeOptions.Builder options = VolumeOptions.builder();
    labels.forEach(options::label);
    Volume made = store.volumes().get(name).cloneTo(clone, options.build());
    if (json()) {
      print(VolumeDocuments.volume(made.info()));
    } else {
      out().println(made.name());
    }
  }
}
