package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.union.ActingView;
import dev.layerfs.union.UnionView;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A container that is open here: nobody else has it, and its image stays open. Safe for use by several threads. */
public final class OpenContainer implements Closeable {
  private final Containers containers;
  private final ContainerRecord record;
  private final UnionView view;
  private final OpenImages.Use image;
  private final LockFile.Held lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenContainer(
      Containers containers,
      ContainerRecord record,
      UnionView view,
      OpenImages.Use image,
      LockFile.Held lock) {
    this.containers = containers;
    this.record = record;
    this.view = view;
    this.image = image;
    this.lock = lock;
  }

  /** Returns what the store knows of the container. */
  public ContainerRecord record() {
    return record;
  }

  /** Returns its root file system, all of it. Closing that does not close the container. */
  public UnionView view() {
    return view;
  }

  /** Returns its root file system as whoever the container acts for may use it. */
  public WatchableView door() {
    return ActingView.of(view);
  }

  /** Returns its image, until the container is closed. */
  public ErofsImage image() {
    return image.image();
  }

  /** Closes the root file system and lets the next opener in; removes the container if it is ephemeral. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (lock;
        image;
        Closeable removal = this::removeIfEphemeral) {
      view.close();
    }
  }

  private void removeIfEphemeral() throws IOException {
    if (record.ephemeral()) {
      containers.delete(record);
    }
  }
}
