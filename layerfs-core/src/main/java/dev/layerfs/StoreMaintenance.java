package dev.layerfs;

import dev.layerfs.store.Discard;
import dev.layerfs.store.Finding;
import dev.layerfs.store.Images;
import dev.layerfs.store.Item;
import dev.layerfs.store.Store;
import java.io.IOException;
import java.util.List;

/** The {@link Maintenance} of a {@link DirectoryStore}. */
final class StoreMaintenance implements Maintenance {
  private final DirectoryStore store;

  StoreMaintenance(DirectoryStore store) {
    this.store = store;
  }

  @Override
  public GcPlan planGc() throws IOException {
    return plan(store.engine().images().garbage());
  }

  @Override
  public GcPlan gc() throws IOException {
    return plan(store.engine().images().sweep());
  }

  private static GcPlan plan(Images.Swept swept) {
    List<GcPlan.Garbage> garbage = swept.garbage().stream()
        .map(found -> new GcPlan.Garbage(object(found.item()), found.bytes(), found.reason()))
        .toList();
    List<GcPlan.Obstacle> obstacles = swept.obstacles().stream()
        .map(found -> new GcPlan.Obstacle(object(found.item()), found.problem()))
        .toList();
    return new GcPlan(garbage, obstacles, swept.bytes());
  }

  @Override
  public DiscardReport planDiscard() throws IOException {
    return report(store.engine().discardBlobs(true));
  }

  @Override
  public DiscardReport discardBlobs() throws IOException {
    return report(store.engine().discardBlobs(false));
  }

  private static DiscardReport report(Discard.Report report) {
    return new DiscardReport(
        report.discarded().stream()
            .map(each -> new DiscardReport.Discarded(each.blob(), each.recipeBytes()))
            .toList(),
        report.kept().stream()
            .map(each -> new DiscardReport.Kept(
                each.blob(), DiscardReport.Reason.valueOf(each.reason().name())))
            .toList());
  }

  @Override
  public List<Explanation> explain(String object) throws IOException {
    return store.engine().explain(object).stream()
        .map(StoreMaintenance::explanation)
        .toList();
  }

  private static Explanation explanation(Store.Explained explained) {
    return new Explanation(
        object(explained.item()),
        explained.bytes(),
        explained.reasons().stream().map(StoreMaintenance::objects).toList(),
        objects(explained.freed()),
        explained.freedBytes());
  }

  @Override
  public StoreSpace space() throws IOException {
    Store.Space space = store.engine().space();
    List<StoreSpace.OfImage> images = space.images().stream()
        .map(image -> new StoreSpace.OfImage(
            image.digest(), image.names(), image.exclusive(), image.shared()))
        .toList();
    List<StoreSpace.OfContainer> containers = space.containers().stream()
        .map(container -> new StoreSpace.OfContainer(
            container.container().id().toString(),
            container.container().imageName(),
            container.exclusive(),
            container.shared()))
        .toList();
    return new StoreSpace(
        images,
        containers,
        space.blobs(),
        space.layers(),
        space.trees(),
        space.extracted(),
        space.written(),
        space.covered(),
        space.volumes(),
        space.others(),
        space.reclaimable());
  }

  @Override
  public StoreUsage usage() throws IOException {
    Store.Usage layers = store.engine().layerUsage();
    return new StoreUsage(
        store.engine().images().list().size(),
        store.engine().containers().list().size(),
        layers.count(),
        store.engine().blobUsage().bytes(),
        layers.bytes(),
        store.engine().treeUsage().bytes());
  }

  @Override
  public CheckReport check(CheckOptions options) throws IOException {
    boolean full = options.level() == CheckOptions.Level.FULL;
    try (RepairSources sources = RepairSources.open(options, store.engine())) {
      Store.Checked checked =
          store.engine().check(full, options.repair(), sources.all(), options.progress()::progress);
      return new CheckReport(
          checked.findings().stream().map(StoreMaintenance::finding).toList(), checked.objects());
    }
  }

  private static CheckReport.Finding finding(Finding found) {
    return new CheckReport.Finding(
        object(found.item()),
        CheckReport.Status.valueOf(found.status().name()),
        found.problem(),
        objects(found.dependents()),
        found.remedy());
  }

  private static List<StoreObject> objects(List<Item> items) {
    return items.stream().map(StoreMaintenance::object).toList();
  }

  private static StoreObject object(Item item) {
    return new StoreObject(StoreObject.Kind.valueOf(item.kind().name()), item.id());
  }
}
