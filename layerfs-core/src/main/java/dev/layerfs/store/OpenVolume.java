package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A volume that is open here, so that it is not removed. Safe for use by several threads. */
public final class OpenVolume implements Closeable {
  private final Volumes volumes;
  private final VolumeRecord record;
  private final HostPlace place;
  private final @Nullable VolumeTree tree;
  private final LockFile.Held mark;

  OpenVolume(
      Volumes volumes,
      VolumeRecord record,
      HostPlace place,
      @Nullable VolumeTree tree,
      LockFile.Held mark) {
    this.volumes = volumes;
    this.record = record;
    this.place = place;
    this.tree = tree;
    this.mark = mark;
  }

  /** Returns what the store knows of the volume. */
  public VolumeRecord record() {
    return record;
  }

  /** Opens a view of all of it, to be closed before this. */
  public HostView view(HostViewOptions options) throws IOException {
    return view(Optional.empty(), options);
  }

  /** Opens a view of a part of it, to be closed before this. */
  HostView view(Optional<String> subpath, HostViewOptions options) throws IOException {
    return place.view(subpath, options);
  }

  /**
   * Returns the path by which a kernel finds it.
   *
   * @param subpath what of it, if not all
   * @throws PosixException {@link Errno#ENOTSUP} if no kernel sees it, or would show it as it is
   */
  Path hostPath(Optional<String> subpath) throws IOException {
    if (tree != null && tree.needsSettling()) {
      throw new PosixException(
          Errno.ENOTSUP,
          "volume " + record.name()
              + ": it holds files that a kernel would not show as what they are; clone it as root, with layerfs-overlay");
    }
    return place.hostPath(subpath);
  }

  /** Copies a directory into the volume if that is in the store and empty. */
  void fillIfEmpty(PosixView from, Node source) throws IOException {
    VolumeTree content = tree;
    if (content != null) {
      volumes.locked(record.name(), () -> {
        VolumeContents.fillIfEmpty(content, from, source);
        return null;
      });
    }
  }

  /** Lets go of it. */
  @Override
  public void close() throws IOException {
    try (mark;
        place) {
      if (tree != null) {
        tree.close();
      }
    }
    if (record.driver() instanceof VolumeDriver.Kernel) {
      volumes.unmountUnused(record.name());
    }
  }
}
