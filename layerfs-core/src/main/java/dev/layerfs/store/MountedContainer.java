package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A container that was mounted here. */
public final class MountedContainer {
  private final ContainerMounts mounts;
  private final Id id;
  private final Path target;
  private final LockFile.@Nullable Held lock;
  private boolean ended; // guarded by this

  /**
   * Wraps a mounted container.
   *
   * @param lock the lock of an ephemeral container, which is removed when it is unmounted; null for others
   */
  MountedContainer(ContainerMounts mounts, Id id, Path target, LockFile.@Nullable Held lock) {
    this.mounts = mounts;
    this.id = id;
    this.target = target;
    this.lock = lock;
  }

  /** Returns the container. */
  public Id id() {
    return id;
  }

  /** Returns where it is mounted. */
  public Path target() {
    return target;
  }

  /** Returns whether it is removed when it is unmounted. */
  public boolean isEphemeral() {
    return lock != null;
  }

  /**
   * Unmounts the container, unless that was done before.
   *
   * @param lazily whether it goes out of sight now, although somebody uses it
   * @throws dev.layerfs.error.InUseException if somebody uses it
   */
  public synchronized void unmount(boolean lazily) throws IOException {
    if (ended) {
      return;
    }
    if (lock == null) {
      mounts.unmount(id, lazily);
    } else {
      mounts.unmountAndDelete(id, lazily, lock);
    }
    ended = true;
  }
}
