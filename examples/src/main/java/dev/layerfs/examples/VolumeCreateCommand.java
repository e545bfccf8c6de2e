package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Volume;
import dev.layerfs.VolumeOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a volume. */
@Command(
    name = "create",
    description = "Make a volume, and print its name.",
    footer = {"", "Example:", "  layerfs volume create data --label team=web"})
final class VolumeCreateCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(
      names = "--label",
      paramLabel = "K=V",
      mapFallbackValue = "",
      description = "A label to keep with it. May be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = {"-o", "--opt"},
      paramLabel = "K=V",
      description = {
        "As docker's local driver has it: type=, device= and o= of a file system that is mounted when",
        "the volume is used. May be repeated."
      })
  private Map<String, String> driver = new LinkedHashMap<>();

  @Override
  void run(LayerStore store) throws IOException {
    VolumeOptions.Builder options = VolumeOptions.builder();
    labels.forEach(options::label);
    VolumeOptions.Driver mounted = driver();
    if (mounted != null) {
      options.driver(mounted);
    }
    Volume made = store.volumes().create(name, options.build());
    if (json()) {
      print(VolumeDocuments.volume(made.info()));
    } else {
      out().println(made.name());
    }
  }

  private VolumeOptions.@Nullable Driver driver() {
    if (driver.isEmpty()) {
      return null;
    }
    Map<String, String> rest = new LinkedHashMap<>(driver);
    String type = rest.remove("type");
    String device = rest.remove("device");
    String o = rest.remove("o");
    if (!rest.isEmpty()) {
      throw misused("No option of a volume: " + rest.keySet().iterator().next());
    }
    if (type == null || device == null) {
      throw misused("A file system to be mounted needs type= and device=");
    }
    List<String> options = new ArrayList<>();
    if (o != null && !o.isEmpty()) {
      options.addAll(List.of(o.split(",", -1)));
    }
    return new VolumeOptions.KernelMount(type, device, options);
  }
}
