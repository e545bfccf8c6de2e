package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerInfo;
import dev.layerfs.oci.ImageConfig.History;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step by which an image came to be.
 *
 * @param history what the image's config says of it
 * @param layer the layer it made, null if it made none
 */
record HistoryStep(History history, @Nullable LayerInfo layer) {
  /**
   * Goes through steps and layers of an image side by side. Steps may be missing: then layers stand alone, at the top.
   *
   * @return the steps, the oldest first; every layer is that of one
   */
  static List<HistoryStep> of(Image image) throws IOException {
    List<HistoryStep> steps = new ArrayList<>();
    Iterator<LayerInfo> layers = image.layers().iterator();
    for (History history : image.config().history()) {
      boolean makesLayer = !history.emptyLayer() && layers.hasNext();
      steps.add(new HistoryStep(history, makesLayer ? layers.next() : null));
    }
    Optional<Instant> unknown = Optional.empty();
    Optional<String> nothing = Optional.empty();
    while (layers.hasNext()) {
      History nobody = new History(unknown, nothing, nothing, nothing, false);
      steps.add(new HistoryStep(nobody, layers.next()));
    }
    return steps;
  }

  /** Returns the step for JSON. */
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
