package dev.layerfs;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.build.PlatformIndex;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.store.Closing;
import dev.layerfs.store.ContainerName;
import dev.layerfs.store.ContainerRecord;
import dev.layerfs.store.ContainerSpec;
import dev.layerfs.store.HostRoots;
import dev.layerfs.store.Id;
import dev.layerfs.store.Images;
import dev.layerfs.store.Mounts;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import dev.layerfs.transfer.ImageSource;
import dev.layerfs.transfer.LoadRequest;
import dev.layerfs.transfer.Loader;
import dev.layerfs.transfer.Saver;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The {@link LayerStore} over a directory. */
final class DirectoryStore implements LayerStore {
  /** Images are Linux's, whatever this machine runs. */
  private static final Platform LINUX = Platform.of("linux", Platform.host().architecture());

  private static final int SAVE_BUFFER = 128 << 10;

  private final Path directory;
  private final Store store;
  private final Closeable host;
  private final int maxAccountFileBytes;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DirectoryStore(Path directory, StoreOptions options, Closeable host) throws IOException {
    this.directory = directory;
    this.store = Store.open(
        directory, options.sync(), new HostRoots(options.hostRoots()), options.reservedBytes());
    this.host = host;
    this.maxAccountFileBytes = options.maxAccountFileBytes();
  }

  static DirectoryStore open(Path directory, StoreOptions options) throws IOException {
    return new DirectoryStore(directory, options, () -> {});
  }

  static DirectoryStore inMemory() {
    FileSystem memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "owner", "posix", "unix", "user")
        .build());
    try {
      return new DirectoryStore(
          memory.getPath("/store"), StoreOptions.builder().unsafeNoSync().build(), memory);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can't hold a store", e);
    }
  }

  /** Returns what files of users and groups may have. */
  int maxAccountFileBytes() {
    return maxAccountFileBytes;
  }

  /** Returns the engine while this is open. */
  Store engine() {
    if (closed.get()) {
      throw new IllegalStateException("the store is closed");
    }
    return store;
  }

  /** Has something closed with the store. */
  <T extends Closeable> T track(T closeable) {
    open.add(closeable);
    return closeable;
  }

  void forget(Closeable closed) {
    open.remove(closed);
  }

  StoreImage ownImage(Image image) {
    if (image instanceof StoreImage own && own.isOf(this)) {
      return own;
    }
    throw new IllegalArgumentException("an image of another store: " + image.digest());
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public List<Image> load(Path source, LoadOptions options) throws IOException {
    return load(spool -> ImageSource.open(source, options.limits(), spool), options);
  }

  @Override
  public List<Image> load(InputStream archive, LoadOptions options) throws IOException {
    return load(spool -> ImageSource.open(archive, options.limits(), spool), options);
  }

  private List<Image> load(Loader.Opener opener, LoadOptions options) throws IOException {
    Optional<Reference> reference = options.reference().map(DirectoryStore::taggedReference);
    LoadRequest request = new LoadRequest(
        options.select(),
        reference,
        options.platform().orElse(LINUX),
        options.allPlatforms(),
        options.overwrite(),
        options.limits());
    return images(new Loader(engine(), request, options.progress()::progress).load(opener));
  }

  private List<Image> images(List<Digest> digests) throws IOException {
    List<Image> images = new ArrayList<>();
    for (Digest digest : digests) {
      images.add(image(digest.toString()));
    }
    return images;
  }

  @Override
  public List<Image> pull(String reference, PullOptions options) throws IOException {
    Reference parsed = RegistryTransfers.reference(reference);
    return images(new RegistryTransfers(engine(), LINUX).pull(parsed, options));
  }

  @Override
  public Digest push(String reference, PushOptions options) throws IOException {
    return new RegistryTransfers(engine(), LINUX).push(reference, options);
  }

  static Reference taggedReference(String text) {
    return RegistryTransfers.name(text);
  }

  @Override
  public List<Image> images() throws IOException {
    List<Image> images = new ArrayList<>();
    for (StoredImage image : engine().images().list()) {
      images.add(new StoreImage(this, image));
    }
    return images;
  }

  @Override
  public Image image(String reference) throws IOException {
    return new StoreImage(this, engine().images().find(reference));
  }

  @Override
  public void tag(String source, String name) throws IOException {
    engine().images().tag(source, taggedReference(name).toString());
  }

  @Override
  public Digest index(String name, List<Image> images) throws IOException {
    List<StoredImage> stored =
        images.stream().map(image -> ownImage(image).stored()).toList();
    return PlatformIndex.make(engine(), taggedReference(name), stored);
  }

  @Override
  public void save(
      List<String> references, SaveFormat format, Path target, ProgressListener listener)
      throws IOException {
    if (format == SaveFormat.OCI_LAYOUT) {
      saver(references, listener).saveOciLayout(target);
      return;
    }
    saver(references, listener).requireImages(); // before what the file has is lost
    try (OutputStream out = Files.newOutputStream(target)) {
      save(saver(references, listener), format, out);
    } catch (IOException | RuntimeException | Error e) {
      removeFile(target, e);
      throw e;
    }
  }

  /** Removes what nobody should take for whole; of what is no file, such as a pipe or a device, nothing. */
  private static void removeFile(Path file, Throwable failure) {
    try {
      if (Files.isRegularFile(file)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Saver saver(List<String> references, ProgressListener listener) {
    return new Saver(engine(), references, listener::progress);
  }

  @Override
  public void save(List<String> references, SaveFormat format, OutputStream out)
      throws IOException {
    save(saver(references, (what, done, total) -> {}), format, out);
  }

  private static void save(Saver saver, SaveFormat format, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, SAVE_BUFFER);
    switch (format) {
      case OCI_ARCHIVE -> saver.saveOciArchive(buffered);
      case DOCKER_ARCHIVE -> saver.saveDockerArchive(buffered);
      case OCI_LAYOUT -> throw new IllegalArgumentException("a layout is a directory");
    }
  }

  @Override
  public Removed remove(String reference) throws IOException {
    return removed(engine().images().remove(reference));
  }

  @Override
  public Removed gc() throws IOException {
    engine().volumes().sweep();
    return new Removed(List.of(), List.of(), engine().images().sweep().bytes());
  }

  private static Removed removed(Images.Removal removal) {
    return new Removed(removal.names(), removal.images(), removal.freedBytes());
  }

  @Override
  public Maintenance maintenance() {
    return new StoreMaintenance(this);
  }

  @Override
  public Container create(Image image, ContainerOptions options) throws IOException {
    StoredImage stored = ownImage(image).stored();
    return StoreContainer.ofNew(this, engine().containers().create(stored, spec(options)));
  }

  static ContainerSpec spec(ContainerOptions options) {
    return new ContainerSpec(
        options.name().map(DirectoryStore::containerName),
        options.labels(),
        options.ephemeral(),
        options.identity(),
        options.limits(),
        VolumeMounts.uses(options.volumes()),
        options.imageVolumes() ? options.maxImageVolumes() : 0);
  }

  private static ContainerName containerName(String text) {
    return ContainerName.parse(text)
        .orElseThrow(() -> new IllegalArgumentException(
            "not a container name, which is " + ContainerName.RULE + ": " + text));
  }

  @Override
  public Container open(String container) throws IOException {
    return StoreContainer.of(
        this, engine().containers().open(engine().containers().find(container)));
  }

  @Override
  public List<ContainerInfo> containers() throws IOException {
    Set<Id> inUse = engine().containers().open();
    Map<Id, Path> mounted = mountedAt();
    return engine().containers().list().stream()
        .map(record -> info(record, inUse, mounted))
        .toList();
  }

  @Override
  public ContainerInfo container(String container) throws IOException {
    ContainerRecord record = engine().containers().read(engine().containers().find(container));
    return info(record, engine().containers().open(), mountedAt());
  }

  private ContainerInfo info(ContainerRecord record, Set<Id> inUse, Map<Id, Path> mounted) {
    Id id = record.id();
    return StoreContainer.info(
        record,
        engine().containers().notedUsage(record),
        inUse.contains(id),
        Optional.ofNullable(mounted.get(id)));
  }

  private Map<Id, Path> mountedAt() throws IOException {
    Map<Id, Path> targets = new HashMap<>();
    engine().containers().mounts().list().forEach(mount -> targets.put(mount.id(), mount.target()));
    return targets;
  }

  @Override
  public void reset(String container) throws IOException {
    engine().containers().reset(engine().containers().find(container));
  }

  @Override
  public boolean convert(String container) throws IOException {
    return engine().containers().convert(engine().containers().find(container));
  }

  @Override
  public void removeContainer(String container) throws IOException {
    engine().containers().remove(engine().containers().find(container));
  }

  @Override
  public Volumes volumes() {
    return new StoreVolumes(this);
  }

  @Override
  public Mount mount(String container, MountOptions options) throws IOException {
    Id id = engine().containers().find(container);
    return mount(id, engine().containers().mounts().ownMountPoint(id), options);
  }

  @Override
  public Mount mount(String container, Path target, MountOptions options) throws IOException {
    return mount(engine().containers().find(container), target, options);
  }

  private Mount mount(Id id, Path target, MountOptions options) throws IOException {
    return StoreMount.of(
        this, engine().containers().mounts().mount(id, target, options.extractImage()));
  }

  @Override
  public void unmount(String container) throws IOException {
    engine().containers().mounts().unmount(engine().containers().find(container), false);
  }

  @Override
  public void unmountLazily(String container) throws IOException {
    engine().containers().mounts().unmount(engine().containers().find(container), true);
  }

  @Override
  public List<Mount> mounts() throws IOException {
    return engine().containers().mounts().list().stream()
        .<Mount>map(mounted -> StoreMount.of(this, mounted))
        .toList();
  }

  @Override
  public MountPlan mountPlan(String container, MountOptions options) throws IOException {
    Id id = engine().containers().find(container);
    Mounts.Plan plan = engine().containers().mounts().plan(id, options.extractImage());
    List<MountPlan.Step> steps = new ArrayList<>();
    if (plan.mountsImage()) {
      List<String> devices = new ArrayList<>(List.of("ro"));
      plan.image().layers().forEach(layer -> devices.add("device=" + layer));
      String target = plan.imageAt().toString();
      String tree = plan.image().tree().toString();
      steps.add(new MountPlan.Step("erofs", tree, Optional.of(target), devices));
    }
    steps.add(
        new MountPlan.Step("overlay", plan.union().source(), Optional.empty(), plan.options()));
    List<MountPlan.Step> volumes = plan.volumes().stream()
        .map(volume -> new MountPlan.Step(
            volume.type(), volume.source(), Optional.of(volume.target()), volume.options()))
        .toList();
    return new MountPlan(id.toString(), steps, volumes);
  }

  @Override
  public MountSupport mountSupport() throws IOException {
    Optional<MountBackend> backend = Mounts.installed();
    return backend.isPresent()
        ? new MountSupport(backend.get().unavailable(), backend.get().features())
        : new MountSupport(Optional.of(Mounts.noBackend()), List.of());
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (host;
        store) {
      Closing.all(open);
    }
  }
}
