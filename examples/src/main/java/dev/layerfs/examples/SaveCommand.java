package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.SaveFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves images. */
@Command(
    name = "save",
    description = "Save images to an archive or a directory.",
    footer = {
      "",
      "Examples:",
      "  layerfs save debian:12 -o debian.tar",
      "  layerfs save debian:12 -o layout --format oci-dir"
    })
final class SaveCommand extends StoreCommand {
  private static final String STANDARD_OUTPUT = "-";

  @Parameters(arity = "1..*", paramLabel = "REF", description = "Names or digests.")
  private List<String> references = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE|DIR|-",
      description = "Where to; - writes an archive to standard output.")
  private String target = "";

  @Option(
      names = "--format",
      paramLabel = "oci|oci-dir|docker",
      description = "OCI archive, OCI layout directory or docker archive. Default: oci.")
  private String format = "oci";

  @Override
  void run(LayerStore store) throws IOException {
    SaveFormat chosen = switch (format) {
      case "oci" -> SaveFormat.OCI_ARCHIVE;
      case "oci-dir" -> SaveFormat.OCI_LAYOUT;
      case "docker" -> SaveFormat.DOCKER_ARCHIVE;
      default -> throw misused("no format: " + format);
    };
    if (target.equals(STANDARD_OUTPUT)) {
      out().flush();
      store.save(references, chosen, terminal().bytes());
      terminal().bytes().flush();
      return;
    }
    try (Progress progress = Progress.on(terminal())) {
      store.save(references, chosen, Path.of(target), progress);
    }
    if (json()) {
      print(Map.of("references", references, "format", format, "output", target));
    }
  }
}
