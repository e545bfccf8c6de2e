package dev.layerfs;

import dev.layerfs.build.VolumeArtifact;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.store.Id;
import dev.layerfs.store.LayerStack;
import dev.layerfs.store.VolumeDriver;
import dev.layerfs.store.VolumeName;
import dev.layerfs.store.VolumeRecord;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The volumes of a {@link DirectoryStore}. */
final class StoreVolumes implements Volumes {
  private final DirectoryStore store;

  StoreVolumes(DirectoryStore store) {
    this.store = store;
  }

  dev.layerfs.store.Volumes engine() {
    return store.engine().volumes();
  }

  @Override
  public Volume create(String name, VolumeOptions options) throws IOException {
    VolumeName parsed = VolumeMounts.name(name);
    engine().create(parsed, options.labels(), options.driver().map(StoreVolumes::driver));
    return new StoreVolume(store, parsed);
  }

  private static VolumeDriver driver(VolumeOptions.Driver driver) {
    return driver instanceof VolumeOptions.KernelMount kernel
        ? new VolumeDriver.Kernel(kernel.type(), kernel.device(), kernel.options())
        : new VolumeDriver.Location(((VolumeOptions.Location) driver).uri());
  }

  /** Returns the labels of a volume that can only be in the store. */
  static Map<String, String> labels(VolumeOptions options) {
    if (options.driver().isPresent()) {
      throw new IllegalArgumentException("a copy is made in the store, it has no driver");
    }
    return options.labels();
  }

  @Override
  public Volume get(String name) throws IOException {
    Optional<VolumeName> parsed = VolumeName.parse(name);
    VolumeName known = parsed.orElseThrow(() -> new NotFoundException("volume", name));
    engine().read(known);
    return new StoreVolume(store, known);
  }

  @Override
  public List<VolumeInfo> list() throws IOException {
    Set<VolumeName> open = engine().open();
    Map<VolumeName, Set<Id>> needs = engine().needs();
    return engine().list().stream().map(record -> info(record, open, needs)).toList();
  }

  VolumeInfo info(VolumeName name) throws IOException {
    return info(engine().read(name), engine().open(), engine().needs());
  }

  private VolumeInfo info(
      VolumeRecord record, Set<VolumeName> open, Map<VolumeName, Set<Id>> needs) {
    List<String> containers =
        needs.getOrDefault(record.name(), Set.of()).stream().map(Id::toString).toList();
    boolean inStore = record.driver() instanceof VolumeDriver.Data;
    return new VolumeInfo(
        record.name().text(),
        record.created(),
        record.labels(),
        record.anonymous(),
        shown(record.driver()),
        inStore ? Optional.of(engine().data(record.name())) : Optional.empty(),
        record.driver() instanceof VolumeDriver.Data data && data.isPlain(),
        containers,
        open.contains(record.name()));
  }

  private static Optional<VolumeOptions.Driver> shown(VolumeDriver driver) {
    if (driver instanceof VolumeDriver.Kernel kernel) {
      return Optional.of(
          new VolumeOptions.KernelMount(kernel.type(), kernel.device(), kernel.options()));
    }
    return driver instanceof VolumeDriver.Location location
        ? Optional.of(new VolumeOptions.Location(location.uri()))
        : Optional.empty();
  }

  @Override
  public Removed remove(String name) throws IOException {
    VolumeName parsed =
        VolumeName.parse(name).orElseThrow(() -> new NotFoundException("volume", name));
    return new Removed(List.of(name), List.of(), engine().remove(parsed));
  }

  @Override
  public Removed prune(Predicate<VolumeInfo> chosen) throws IOException {
    List<String> names = new ArrayList<>();
    long freed = 0;
    for (VolumeInfo info : list()) {
      if (!info.inUse() && chosen.test(info)) {
        try {
          freed += engine().remove(VolumeMounts.name(info.name()));
          names.add(info.name());
        } catch (InUseException | NotFoundException e) {
          // somebody else was faster
        }
      }
    }
    return new Removed(names, List.of(), freed);
  }

  @Override
  public Volume importFrom(String reference, String name, VolumeOptions options)
      throws IOException {
    VolumeName parsed = VolumeMounts.name(name);
    Map<String, String> labels = labels(options);
    try (LayerStack layers = new VolumeArtifact(store.engine()).open(reference);
        UnionView tree = UnionView.readOnly(layers.tree())) {
      engine().createWith(parsed, labels, tree, tree.root());
    }
    return new StoreVolume(store, parsed);
  }
}
