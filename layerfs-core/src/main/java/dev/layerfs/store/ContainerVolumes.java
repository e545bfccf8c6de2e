package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.union.IdentityView;
import dev.layerfs.volume.Attachment;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import dev.layerfs.volume.MemoryVolume;
import dev.layerfs.volume.MountedView;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What is mounted in one container, open for as long as that is. */
final class ContainerVolumes implements Closeable {
  private final Volumes volumes;
  private final HostViewOptions options;
  private final List<Source> sources = new ArrayList<>();
  private final Deque<Closeable> open = new ArrayDeque<>(); // the last one is closed first

  private record Source(VolumeUse use, HostView view) {}

  private ContainerVolumes(Volumes volumes, Identity identity) {
    this.volumes = volumes;
    this.options = HostViewOptions.DEFAULT.by(identity);
  }

  /**
   * Opens all that a container is to show.
   *
   * @param uses what its record says
   * @param identity whom the container acts for
   * @throws dev.layerfs.error.NotFoundException if a volume does not exist
   * @throws IOException if anything can't be opened; then nothing is open
   */
  static ContainerVolumes open(Volumes volumes, List<VolumeUse> uses, Identity identity)
      throws IOException {
    ContainerVolumes opened = new ContainerVolumes(volumes, identity);
    try {
      for (VolumeUse use : uses) {
        opened.sources.add(new Source(use, opened.view(use)));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private HostView view(VolumeUse use) throws IOException {
    HostViewOptions wanted = use.readOnly() ? options.unchangeable() : options;
    VolumeSource source = use.source();
    if (source instanceof VolumeSource.Named named) {
      OpenVolume volume = closedLater(volumes.open(named.name()));
      return closedLater(use.part(() -> volume.view(use.subpath(), wanted)));
    }
    if (source instanceof VolumeSource.Memory memory) {
      return closedLater(MemoryVolume.open(
          memory.maxBytes(), memory.maxInodes(), memory.mode(), options.identity()));
    }
    HostPlace place = closedLater(volumes.drivers().place(source));
    return closedLater(use.part(() -> place.view(use.subpath(), wanted)));
  }

  private <T extends Closeable> T closedLater(T closeable) {
    open.push(closeable);
    return closeable;
  }

  /** Closes everything after a failure. */
  void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Copies what a new container's image has at the places where volumes come into those that are empty.
   *
   * @param view the container without its volumes
   */
  void fill(PosixView view) throws IOException {
    for (Source source : sources) {
      VolumeUse use = source.use();
      if (use.copy()
          && use.subpath().isEmpty()
          && use.source() instanceof VolumeSource.Named named) {
        fill(view, use, named.name());
      }
    }
  }

  private void fill(PosixView view, VolumeUse use, VolumeName name) throws IOException {
    Name[] target = use.path().toArray(new Name[0]);
    Node node = new Resolver(view).find(target, Resolver.LastLink.FOLLOW);
    if (node == null) {
      return;
    }
    if (node.type() != FileType.DIRECTORY) {
      throw new PosixException(
          Errno.ENOTDIR,
          use.target() + ": the image has no directory where volume " + name + " is to be mounted");
    }
    try (OpenVolume volume = volumes.open(name)) {
      volume.fillIfEmpty(view, node);
    }
  }

  /** Mounts everything in the container, whose view is closed with what is returned. */
  IdentityView mountIn(IdentityView view) throws IOException {
    List<Attachment> attachments = new ArrayList<>();
    for (Source source : sources) {
      VolumeUse use = source.use();
      attachments.add(new Attachment(use.path(), source.view(), use.readOnly()));
    }
    return MountedView.of(view, attachments);
  }

  /** Closes everything, whatever fails. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
