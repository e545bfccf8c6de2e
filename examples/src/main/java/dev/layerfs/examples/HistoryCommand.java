package dev.layerfs.examples;

import dev.layerfs.LayerInfo;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how an image came to be. */
@Command(
    name = "history",
    description = "Show how an image came to be, the newest step first.",
    footer = {"", "Example:", "  layerfs history --no-trunc debian:12"})
final class HistoryCommand extends StoreCommand {
  private static final int BRIEF = 60;

  @Option(names = "--no-trunc", description = "Show the whole of every command.")
  private boolean whole;

  @Parameters(paramLabel = "REF", description = "A name, a digest or the beginning of one.")
  private String reference = "";

  @Override
  void run(LayerStore store) throws IOException {
    List<HistoryStep> steps = HistoryStep.of(store.image(reference));
    Collections.reverse(steps);
    if (json()) {
      printAll(steps.stream().map(HistoryStep::document).iterator());
      return;
    }
    Table table = new Table("LAYER", "CREATED", "CREATED BY", ">SIZE", "COMMENT");
    for (HistoryStep step : steps) {
      LayerInfo layer = step.layer();
      table.row(
          layer == null ? "" : Human.brief(layer.diffId().digest()),
          Human.ago(step.history().created(), terminal().clock()),
          command(step.history().createdBy().orElse("")),
          Human.size(layer == null ? 0 : layer.contentBytes()),
          command(step.history().comment().orElse("")));
    }
    table.print(out());
  }

  private String command(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return whole || line.length() <= BRIEF ? line : line.substring(0, BRIEF - 1) + "…";
  }
}
