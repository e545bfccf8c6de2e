package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.union.ActingView;
import dev.layerfs.union.IdentityView;
import dev.layerfs.union.UnionView;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A container that is open here: nobody else has it, and its image stays open. Safe for use by several threads. */
public final class OpenContainer implements Closeable {
  private final Containers containers;
  private volatile ContainerRecord record;
  private final UnionView view;
  private final ContainerVolumes volumes;
  private final IdentityView mounted; // the view with the volumes
  private final OpenImages.Use image;
  private final LockFile.Held lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenContainer(
      Containers containers,
      ContainerRecord record,
      UnionView view,
      ContainerVolumes volumes,
      OpenImages.Use image,
      LockFile.Held lock)
      throws IOException {
    this.containers = containers;
    this.record = record;
    this.view = view;
    this.volumes = volumes;
    this.mounted = volumes.mountIn(view);
    this.image = image;
    this.lock = lock;
  }

  /** Returns what the store knows of the container. */
  public ContainerRecord record() {
    return record;
  }

  /** Returns its root file system, all of it, without its volumes. Closing that does not close the container. */
  public UnionView view() {
    return view;
  }

  /** Returns its root file system with its volumes, as whoever the container acts for may use it. */
  public WatchableView door() {
    return ActingView.of(mounted);
  }

  /** Returns its image, until the container is closed. */
  public ErofsImage image() {
    return image.image();
  }

  /**
   * Covers the container's upper, so that it can be gone back to; nothing happens if nothing was written since that was
   * done last.
   *
   * @return what the covered upper is called
   */
  public Id checkpoint() throws IOException {
    return checkpoint(!record.ephemeral());
  }

  /** Covers the container's upper; another container that is to stand on it may have to survive power loss. */
  synchronized Id checkpoint(boolean durable) throws IOException {
    List<Id> beneath = record.uppers().beneath();
    if (beneath.isEmpty() || !view.uppers().isUntouched()) {
      record = containers.checkpoints().add(record, view, durable);
      beneath = record.uppers().beneath();
    } else if (durable) {
      view.sync(); // what is beneath may have been covered without that
    }
    return beneath.get(beneath.size() - 1);
  }

  /** Returns what can be gone back to, the oldest first: before its own checkpoints what a fork began with. */
  public List<Id> checkpoints() {
    return record.uppers().returnable();
  }

  /**
   * Throws away what was written since a checkpoint. Handles are closed.
   *
   * @throws NotFoundException if the container has no such checkpoint
   */
  public synchronized void rollBack(Id checkpoint) throws IOException {
    UppersRecord uppers = record.uppers();
    if (!uppers.returnable().contains(checkpoint)) {
      throw new NotFoundException("checkpoint", checkpoint.toString());
    }
    int kept = uppers.checkpoints().indexOf(checkpoint) + 1;
    view.uppers().rollBack(uppers.base().size() + kept, current -> {
      record = containers.checkpoints().reset(record, kept);
      return containers.limitedUpper(record);
    });
  }

  /** Makes a container with the content that this one has now, and opens it. */
  public synchronized OpenContainer fork(ContainerSpec spec) throws IOException {
    return containers.fork(this, spec);
  }

  /** Makes a container with the content that this one has now, for whoever wants to read that in peace. */
  public OpenContainer moment() throws IOException {
    return fork(new ContainerSpec(
        Optional.empty(), Map.of(), true, Optional.empty(), SpaceLimits.NONE, List.of(), 0));
  }

  /**
   * Closes this and hands the container over to a kernel; nobody else can have it in between.
   *
   * @param doors what else of the container is open, closed first
   * @param target where to mount it
   * @param extract whether the image is to be extracted even if the kernel could mount it
   * @return the mounted container; if it is ephemeral it is removed when that is unmounted
   * @throws PosixException {@link Errno#ENOTSUP} if this process can't mount; it stays open then
   * @throws dev.layerfs.error.LimitsNotEnforcedException if its limits can't be enforced
   * @throws IOException if it can't be mounted; it is closed then
   */
  public MountedContainer mount(Closeable doors, Path target, boolean extract) throws IOException {
    containers.mounts().requirePossible(target);
    containers.mounts().requireEnforceable(record);
    if (!closed.compareAndSet(false, true)) {
      throw new PosixException(Errno.EBADF, "container " + record.id() + ", which is closed");
    }
    boolean mounted = false;
    try (image) {
      doors.close();
      closeViews();
      containers.mounts().mount(record, image, target, extract);
      mounted = true;
      return new MountedContainer(
          containers.mounts(), record.id(), target, record.ephemeral() ? lock : null);
    } finally {
      if (!mounted) {
        removeIfEphemeral();
      }
      if (!mounted || !record.ephemeral()) {
        lock.close();
      }
    }
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
      closeViews();
    }
  }

  private void closeViews() throws IOException {
    try (volumes) {
      mounted.close();
    }
  }

  private void removeIfEphemeral() throws IOException {
    if (record.ephemeral()) {
      containers.removal().delete(record);
    }
  }
}
