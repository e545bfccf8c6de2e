package dev.layerfs;

import dev.layerfs.erofs.LayerSteps;
import dev.layerfs.store.OpenLayers;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the layers of an image do as a stream, each layer merged when it is asked for. */
final class LayerChanges extends Spliterators.AbstractSpliterator<LayerChange> {
  private final LayerSteps steps;
  private final Closeable files;
  private Iterator<LayerSteps.Step> rest = List.<LayerSteps.Step>of().iterator();
  private int layer = -1;

  private LayerChanges(LayerSteps steps, Closeable files) {
    super(Long.MAX_VALUE, ORDERED | NONNULL);
    this.steps = steps;
    this.files = files;
  }

  /**
   * Goes through layers.
   *
   * @param layers the layers; closed with the stream, after the last change
   * @param image closed after them
   * @return their changes
   */
  static Stream<LayerChange> stream(OpenLayers layers, Closeable image) {
    LayerSteps steps = new LayerSteps(layers.files(), layers.tags());
    LayerChanges changes = new LayerChanges(steps, () -> {
      try (image) {
        layers.close();
      }
    });
    return StreamSupport.stream(changes, false).onClose(changes::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super LayerChange> action) {
    try {
      while (!rest.hasNext()) {
        List<LayerSteps.Step> next = steps.next();
        if (next == null) {
          close();
          return false;
        }
        rest = next.iterator();
        layer++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    action.accept(change(rest.next()));
    return true;
  }

  private LayerChange change(LayerSteps.Step step) {
    Change.Kind kind = step.stat() == null
        ? Change.Kind.DELETED
        : step.replaces() ? Change.Kind.MODIFIED : Change.Kind.ADDED;
    return new LayerChange(
        layer, kind, step.path(), Optional.ofNullable(step.stat()), step.origin());
  }

  private void close() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
