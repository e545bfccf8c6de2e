package dev.layerfs;

import dev.layerfs.build.Commit;
import dev.layerfs.build.Export;
import dev.layerfs.build.ImageRequest;
import dev.layerfs.build.Knowledge;
import dev.layerfs.build.TimeClamp;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.posix.Watcher;
import dev.layerfs.store.ContainerRecord;
import dev.layerfs.store.Id;
import dev.layerfs.store.Interruption;
import dev.layerfs.store.OpenContainer;
import dev.layerfs.union.UnionView;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An open container of a {@link DirectoryStore}. */
final class StoreContainer extends OpenRootfs implements Container {
  private final DirectoryStore store;
  private final OpenContainer container;

  private StoreContainer(DirectoryStore store, OpenContainer container) throws IOException {
    super(store, container.door(), container.record().id().toString(), container);
    this.store = store;
    this.container = container;
  }

  /** Opens the doors to a container; if that fails, even with an error of another provider's, the container is closed. */
  static StoreContainer of(DirectoryStore store, OpenContainer container) throws IOException {
    return of(store, container, container);
  }

  /** Opens the doors to a container that was just made; if that fails there is no such container any more. */
  static StoreContainer ofNew(DirectoryStore store, OpenContainer container) throws IOException {
    return of(store, container, () -> {
      container.close();
      if (!container.record().ephemeral()) {
        store.engine().containers().remove(container.record().id());
      }
    });
  }

  private static StoreContainer of(DirectoryStore store, OpenContainer container, Closeable undo)
      throws IOException {
    try {
      return store.track(new StoreContainer(store, container));
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, undo);
      throw e;
    }
  }

  static ContainerInfo info(
      ContainerRecord record, Optional<SpaceUsage> usage, boolean open, Optional<Path> mountedAt) {
    return new ContainerInfo(
        record.id().toString(),
        record.name().map(name -> name.text()),
        record.image().digest(),
        record.imageName(),
        record.created(),
        record.labels(),
        record.ephemeral(),
        record.identity(),
        record.limits(),
        usage,
        VolumeMounts.mounts(record.volumes()),
        open,
        mountedAt);
  }

  @Override
  public ContainerInfo info() {
    return info(container.record(), container.view().usage(), true, Optional.empty());
  }

  @Override
  public Stream<Change> changes() throws IOException {
    UnionView image = UnionView.readOnly(container.image());
    UnionView view = container.view();
    return Comparison.stream(image, view, Knowledge.ofUppers(image, view), image);
  }

  @Override
  public Image commit(String reference, CommitOptions options) throws IOException {
    ImageRequest request = new ImageRequest(
        DirectoryStore.taggedReference(reference),
        options.compression(),
        options.epoch(),
        options.author(),
        options.message(),
        "layerfs commit",
        options.config(),
        options.progress()::progress);
    Commit commit = new Commit(store.engine(), request, new TimeClamp(options.epoch()));
    Digest image = notMapped(() -> {
      if (options.squash()) {
        return commit.everything(container);
      }
      return options.squashAbove().isPresent()
          ? commit.above(container, store.ownImage(options.squashAbove().get()).stored())
          : commit.changes(container);
    });
    return store.image(image.toString());
  }

  @Override
  public void export(OutputStream out, ProgressListener listener) throws IOException {
    notMapped(() -> {
      try (OpenContainer moment = container.moment()) {
        Export.write(moment.view(), out, listener::progress);
      }
      return this;
    });
  }

  @Override
  public Container fork(ContainerOptions options) throws IOException {
    return ofNew(store, notMapped(() -> container.fork(DirectoryStore.spec(options))));
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    return new Checkpoint(notMapped(container::checkpoint).toString());
  }

  private <T> T notMapped(Interruption.Work<T> step) throws IOException {
    try {
      return Interruption.heeded("container " + container.record().id(), step);
    } catch (PosixException e) {
      if (e.errno() != Errno.EBUSY) {
        throw e;
      }
      throw new InUseException(
          "container " + container.record().id(), "has a file mapped into memory for writing");
    }
  }

  @Override
  public List<Checkpoint> checkpoints() {
    return container.checkpoints().stream()
        .map(id -> new Checkpoint(id.toString()))
        .toList();
  }

  @Override
  public void rollback(Checkpoint checkpoint) throws IOException {
    Optional<Id> id = Id.parse(checkpoint.id());
    container.rollBack(id.orElseThrow(() -> new NotFoundException("checkpoint", checkpoint.id())));
  }

  @Override
  public Mount mount(Path target, MountOptions options) throws IOException {
    return StoreMount.of(store, container.mount(this, target, options.extractImage()));
  }

  @Override
  public Closeable onCopyUp(CopyUpListener listener) {
    Watcher watcher = new Watcher() {
      @Override
      public void changed(Node directory, Name name, NameEvent event) {}

      @Override
      public void removed(Node directory) {}

      @Override
      public void copiedUp(Node node, String path, long bytes) {
        listener.copiedUp(path, bytes);
      }
    };
    container.view().watch(watcher);
    return () -> container.view().unwatch(watcher);
  }
}
