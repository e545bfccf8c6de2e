package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a page that shows what is in an image. */
@Command(
    name = "explore",
    description = {
      "Write one HTML file that shows an image: what each layer added, changed and removed,",
      "a map of sizes, what is wasted, the texts of small files. It needs no network."
    },
    footer = {"", "Example:", "  layerfs explore debian:12 -o debian.html"})
final class ExploreCommand extends StoreCommand {
  private static final String STANDARD_OUTPUT = "-";

  @Parameters(paramLabel = "REF", description = "A name, a digest or the beginning of one.")
  private String reference = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE|-",
      description = "Where to; - is standard output.")
  private String target = "";

  @Option(
      names = "--previews",
      paramLabel = "SIZE",
      description = "Text of files that the page holds, at most. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4m")
  private String previews = "";

  @Override
  void run(LayerStore store) throws IOException {
    ExplorePage page = ExplorePage.load();
    ExploreReport report = ExploreReport.of(store.image(reference), ByteSize.parse(previews));
    if (target.equals(STANDARD_OUTPUT)) {
      page.write(report, out());
      return;
    }
    try (Writer writer = Files.newBufferedWriter(Path.of(target), StandardCharsets.UTF_8)) {
      page.write(report, writer);
    }
    Map<String, Object> summary = new LinkedHashMap<>(report.summary());
    summary.put("output", target);
    if (json()) {
      print(summary);
    } else {
      out().println(Human.printable(target + " (" + Human.size(Files.size(Path.of(target))) + ")"));
    }
  }
}
