package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerInfo;
import dev.layerfs.LayerStore;
import dev.layerfs.oci.ImageConfig.History;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how an image came to be. */
@Command(name = "history", description = "Show how an image came to be, the newest step first.")
final class HistoryCommand extends StoreCommand {
  private static final int BRIEF = 60;

  @Option(names = "--no-trunc", description = "Show the whole of every command.")
  private boolean whole;

  @Parameters(paramLabel = "REF", description = "A name, a digest or the beginning of one.")
  private String reference = "";

  /** A step, and the layer it made if it made one. */
  private record Step(History history, @Nullable LayerInfo layer) {
    Map<String, Object> document() {
      Map<String, Object> document = new LinkedHashMap<>();
      Documents.putTime(document, "created", history.created());
      history.createdBy().ifPresent(by -> document.put("createdBy", by));
      history.author().ifPresent(author -> document.put("author", author));
      history.comment().ifPresent(comment -> document.put("comment", comment));
      document.put("emptyLayer", layer == null);
      document.put("contentBytes", layer == null ? 0 : layer.contentBytes());
      if (layer != null) {
        document.put("diffId", layer.diffId().toString());
      }
      return document;
    }
  }

  @Override
  void run(LayerStore store) throws IOException {
    List<Step> steps = steps(store.image(reference));
    if (json()) {
      printAll(steps.stream().map(Step::document).iterator());
      return;
    }
    Table table = new Table("LAYER", "CREATED", "CREATED BY", ">SIZE", "COMMENT");
    for (Step step : steps) {
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

  /** Goes through steps and layers side by side. Steps may be missing: then layers stand alone, at the top. */
  private static List<Step> steps(Image image) throws IOException {
    List<Step> steps = new ArrayList<>();
    Iterator<LayerInfo> layers = image.layers().iterator();
    for (History history : image.config().history()) {
      boolean makesLayer = !history.emptyLayer() && layers.hasNext();
      steps.add(new Step(history, makesLayer ? layers.next() : null));
    }
    Optional<Instant> unknown = Optional.empty();
    Optional<String> nothing = Optional.empty();
    while (layers.hasNext()) {
      steps.add(new Step(new History(unknown, nothing, nothing, nothing, false), layers.next()));
    }
    Collections.reverse(steps);
    return steps;
  }

  private String command(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return whole || line.length() <= BRIEF ? line : line.substring(0, BRIEF - 1) + "…";
  }
}
