package dev.layerfs;

import dev.layerfs.posix.Node;
import dev.layerfs.store.ContainerRecord;
import dev.layerfs.store.OpenContainer;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.stream.Stream;

/** An open container of a {@link DirectoryStore}. */
final class StoreContainer extends OpenRootfs implements Container {
  private final OpenContainer container;

  StoreContainer(DirectoryStore store, OpenContainer container) {
    super(store, container.door(), container.record().id().toString(), container);
    this.container = container;
  }

  static ContainerInfo info(ContainerRecord record, boolean open) {
    return new ContainerInfo(
        record.id().toString(),
        record.name().map(name -> name.text()),
        record.image().digest(),
        record.imageName(),
        record.created(),
        record.labels(),
        record.ephemeral(),
        record.identity(),
        open);
  }

  @Override
  public ContainerInfo info() {
    return info(container.record(), true);
  }

  @Override
  public Stream<Change> changes() throws IOException {
    UnionView view = container.view();
    Comparison.Knowledge upper = new Comparison.Knowledge() {
      @Override
      public boolean isUntouched(Node node) throws IOException {
        return !view.isInUpper(node);
      }
    };
    try (UnionView image = UnionView.readOnly(container.image())) {
      return Comparison.compare(image, view, upper).stream();
    }
  }
}
