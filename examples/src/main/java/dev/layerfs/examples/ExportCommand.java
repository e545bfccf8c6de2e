package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a root file system as a tar. */
@Command(
    name = "export",
    description = "Write all files of a container or image as one tar.",
    footer = {"", "Example:", "  layerfs export web -o web.tar"})
final class ExportCommand extends StoreCommand {
  private static final String STANDARD_OUTPUT = "-";

  @Parameters(paramLabel = "CONTAINER|REF", description = "A container or an image.")
  private String name = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE|-",
      description = "Where to; - is standard output.")
  private String target = "";

  @Override
  void run(LayerStore store) throws IOException {
    try (Rootfs rootfs = new Location(name, "/").open(store);
        Progress progress = Progress.watchedOn(terminal())) {
      export(rootfs, progress);
    }
    if (json() && !target.equals(STANDARD_OUTPUT)) {
      print(Map.of("name", name, "output", target));
    }
  }

  private void export(Rootfs rootfs, Progress progress) throws IOException {
    if (target.equals(STANDARD_OUTPUT)) {
      out().flush();
      rootfs.export(terminal().bytes(), progress);
      terminal().bytes().flush();
      return;
    }
    Path file = Path.of(target);
    try (OutputStream out = Files.newOutputStream(file)) {
      rootfs.export(out, progress);
    } catch (IOException | RuntimeException e) {
      if (Files.isRegularFile(file)) {
        Files.delete(file); // nobody should take it for whole
      }
      throw e;
    }
  }
}
