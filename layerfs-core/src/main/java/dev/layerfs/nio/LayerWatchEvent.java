package dev.layerfs.nio;

import java.nio.file.WatchEvent;
import org.jspecify.annotations.Nullable;

/** An event of a key. It is counted on under the key's lock, until the key has handed it out. */
final class LayerWatchEvent<T> implements WatchEvent<T> {
  private final Kind<T> kind;
  private final @Nullable T context;
  private volatile int count = 1;

  LayerWatchEvent(Kind<T> kind, @Nullable T context) {
    this.kind = kind;
    this.context = context;
  }

  void repeat() {
    count = count + 1; // under the key's lock
  }

  @Override
  public Kind<T> kind() {
    return kind;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public @Nullable T context() {
    return context;
  }

  @Override
  public String toString() {
    return kind + " " + context + " (" + count + ")";
  }
}
