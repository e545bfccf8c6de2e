package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** An open store: the parts of it and how they hang together. Safe for use by several threads. */
public final class Store implements Closeable {
  private final Session session;
  private final Layers layers;
  private final Documents documents;
  private final Publisher publisher;
  private final OpenImages openImages;
  private final Images images;
  private final Containers containers;
  private final ContainerList containerList;
  private final Sweep sweep;
  private final SpaceReserve reserve;

  private Store(Session session, HostRoots roots, OptionalLong reserved) throws IOException {
    this.session = session;
    this.reserve = new SpaceReserve(session.paths().root(), reserved);
    this.layers = new Layers(session.paths());
    this.documents = new Documents(session.paths());
    ImageListFile imageList = new ImageListFile(session);
    this.containerList = new ContainerList(session);
    this.sweep = new Sweep(session, documents, imageList, containerList);
    this.publisher = new Publisher(session, layers, imageList, sweep);
    this.openImages = new OpenImages(session, this::restore);
    this.images = new Images(session, imageList, documents, containerList, sweep);
    this.containers =
        new Containers(session, containerList, imageList, documents, openImages, roots);
  }

  /**
   * Opens a store, made first if need be, and clears away what dead sessions have left.
   *
   * @param directory where it is
   * @param sync whether to make anything durable
   * @param roots what of the host may be mounted in containers
   * @param reserved how many bytes of the file system are left when images are added; if empty the usual
   */
  public static Store open(Path directory, boolean sync, HostRoots roots, OptionalLong reserved)
      throws IOException {
    StorePaths paths = new StorePaths(directory);
    return open(paths, StoreDirectory.open(paths, sync), roots, reserved);
  }

  /** Opens a store, as the other method does, that may mount whatever this process can reach. */
  public static Store open(Path directory, boolean sync) throws IOException {
    return open(directory, sync, HostRoots.ANY, OptionalLong.empty());
  }

  static Store open(StorePaths paths, StoreIo io) throws IOException {
    return open(paths, io, HostRoots.ANY, OptionalLong.empty());
  }

  private static Store open(StorePaths paths, StoreIo io, HostRoots roots, OptionalLong reserved)
      throws IOException {
    Session session = Session.open(io, paths);
    try {
      Store store = new Store(session, roots, reserved);
      store.recover();
      return store;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** What shows that a session is dead goes last, so that whoever dies in between is followed by another. */
  private void recover() throws IOException {
    if (session.locks().isReadOnly()) {
      return;
    }
    Map<Id, LockFile.Held> dead = new HashMap<>();
    try {
      for (Id other : session.all()) {
        LockFile.Held lock = session.locks().tryLock(LockFile.session(other));
        if (lock != null) {
          dead.put(other, lock);
        }
      }
      if (!dead.isEmpty()) {
        clearAwayAfter(dead.keySet());
      }
    } finally {
      Closing.all(dead.values());
    }
  }

  private void clearAwayAfter(Set<Id> dead) throws IOException {
    session.noteDead(dead);
    for (Id id : dead) {
      session.empty(id);
    }
    containers.removal().removeDead();
    containers.mounts().recover();
    containers.volumes().sweep();
    images.sweepGarbage();
    for (Id id : dead) {
      session.clear(id);
    }
  }

  /**
   * What a check found.
   *
   * @param findings what is not as it was written, or is to be known
   * @param objects number of objects that were looked at
   */
  public record Checked(List<Finding> findings, int objects) {}

  /**
   * Looks at everything in the store.
   *
   * @param full whether to read every byte, instead of records, lengths and structure
   * @param repairing whether to put right what can be
   * @param sources where blobs can be had from
   * @param listener is told how many bytes were read, if every byte is
   * @return what was found
   * @throws java.io.InterruptedIOException if this thread is interrupted; its interrupt status is then set
   */
  public Checked check(
      boolean full, boolean repairing, List<BlobSource> sources, Progress.Listener listener)
      throws IOException {
    CheckRun run = new CheckRun(full, repairing, listener);
    Repairs repairs = new Repairs(this, session.paths(), sources);
    Check check = new Check(session, layers, sweep, images, containerList, containers, repairs);
    return Interruption.heeded("check", () -> {
      check.run(run);
      return new Checked(List.copyOf(run.findings()), run.objects());
    });
  }

  /**
   * Why something is kept.
   *
   * @param item what it is
   * @param bytes length of its files
   * @param reasons for each root that needs it a chain of needs, from the root down
   * @param freed what nothing would need any more without those roots
   * @param freedBytes length of its files
   */
  public record Explained(
      Item item, long bytes, List<List<Item>> reasons, List<Item> freed, long freedBytes) {}

  /**
   * Explains what a text stands for.
   *
   * @param text a container, an image, a volume, or a digest of anything, or the beginning of one
   * @throws dev.layerfs.error.NotFoundException if it stands for nothing, or several digests begin so
   */
  public List<Explained> explain(String text) throws IOException {
    References references = sweep.references(sweep.links());
    return new Explain(session.paths(), images, containers, references).explain(text);
  }

  /** What an image takes. */
  public record ImageSpace(String digest, List<String> names, long exclusive, long shared) {}

  /** What a container takes. */
  public record ContainerSpace(ContainerRecord container, long exclusive, long shared) {}

  /** What the store takes on disk, by kind. */
  public record Space(
      List<ImageSpace> images,
      List<ContainerSpace> containers,
      long blobs,
      long layers,
      long trees,
      long extracted,
      long written,
      long covered,
      long volumes,
      long others,
      long reclaimable) {}

  /** Adds up what the store takes on disk. */
  public Space space() throws IOException {
    References references = sweep.references(sweep.links());
    return new SpaceReport(session.paths(), references, containerList)
        .report(images.garbage().bytes());
  }

  /** Returns the images. */
  public Images images() {
    return images;
  }

  /** Returns the containers. */
  public Containers containers() {
    return containers;
  }

  /** Returns the volumes. */
  public Volumes volumes() {
    return containers.volumes();
  }

  /**
   * Returns the record of a layer.
   *
   * @throws dev.layerfs.error.StoreCorruptException if it or the layer file is damaged
   */
  public LayerRecord layer(DiffId diffId) throws IOException {
    return layers.read(diffId);
  }

  /** Opens an image; the use must be closed. */
  public OpenImages.Use openImage(StoredImage image) throws IOException {
    return openImages.open(image);
  }

  /** Opens the layer files of an image, one by one; they must be closed. They are there while the image is open. */
  public OpenLayers openLayers(StoredImage image) throws IOException {
    return OpenLayers.open(image.diffIds(), session.paths()::layerFile);
  }

  /** Opens a blob. What is read has to be compared with its digest by whoever depends on it. */
  public InputStream openBlob(Descriptor blob) throws IOException {
    return Files.newInputStream(session.paths().blob(blob.digest()));
  }

  /**
   * Begins to add images.
   *
   * @param limits bounds on what they may contain
   */
  public Ingest ingest(Limits limits) throws IOException {
    return new Ingest(session, limits, layers, publisher, openImages, reserve);
  }

  /**
   * Holds what an image consists of, to read it.
   *
   * @param root a manifest or index of the store
   * @return its documents and blobs, to be closed
   */
  public ImageBlobs hold(Descriptor root) throws IOException {
    return ImageBlobs.hold(session, documents, root);
  }

  /**
   * Opens layers of an artifact that is no image.
   *
   * @param blobs layers of the store, bottom first
   * @param limits bounds on what they may contain
   * @return their tree, to be closed
   */
  public LayerStack openLayers(List<Descriptor> blobs, Limits limits) throws IOException {
    return LayerStack.open(session, images, ingest(limits), blobs, limits);
  }

  /** Makes layer files that are missing from the blobs, for images that another tool has put into the layout. */
  private void restore(StoredImage image) throws IOException {
    List<Descriptor> blobs = image.manifest().layers();
    List<DiffId> diffIds = image.diffIds();
    try (Ingest ingest = ingest(Limits.DEFAULT)) {
      for (int i = 0; i < diffIds.size(); i++) {
        if (layers.find(diffIds.get(i)).isEmpty()) {
          restore(ingest, blobs.get(i), diffIds.get(i));
        }
      }
      ingest.commit(list -> list);
    } catch (StoreCorruptException e) {
      if (!images.isListed(image.digest())) { // nothing is damaged: it was removed
        NotFoundException removed =
            new NotFoundException("image", image.digest().toString());
        removed.initCause(e);
        throw removed;
      }
      throw e;
    }
  }

  private void restore(Ingest ingest, Descriptor blob, DiffId diffId) throws IOException {
    try (InputStream raw = Files.newInputStream(session.paths().blob(blob.digest()))) {
      ingest.layer(blob, diffId, raw, bytes -> {});
    } catch (NoSuchFileException | DigestMismatchException e) {
      StoreCorruptException corrupt = new StoreCorruptException(
          "layer " + diffId, "missing, and its blob " + blob.digest() + " is missing or damaged");
      corrupt.initCause(e);
      throw corrupt;
    }
  }

  /** The number and the size of files. */
  public record Usage(int count, long bytes) {
    Usage plus(long size) {
      return new Usage(count + 1, bytes + size);
    }
  }

  /** Returns what blobs take. */
  public Usage blobUsage() throws IOException {
    Usage usage = new Usage(0, 0);
    for (Path algorithm : StoreFiles.list(session.paths().blobs())) {
      for (Path blob : StoreFiles.list(algorithm)) {
        usage = usage.plus(StoreFiles.size(blob));
      }
    }
    return usage;
  }

  /** Returns what layer files take. */
  public Usage layerUsage() throws IOException {
    Usage usage = new Usage(0, 0);
    for (Path layer : StoreFiles.list(session.paths().layers())) {
      usage = usage.plus(StoreFiles.size(layer.resolve(StorePaths.LAYER_FILE)));
    }
    return usage;
  }

  /** Returns what image trees take. */
  public Usage treeUsage() throws IOException {
    Usage usage = new Usage(0, 0);
    for (Path tree : StoreFiles.list(session.paths().trees())) {
      usage = usage.plus(StoreFiles.size(tree));
    }
    return usage;
  }

  /** Closes the images and ends the session; containers must have been closed. */
  @Override
  public void close() throws IOException {
    try (session) {
      openImages.close();
      containers.removal().sync();
    }
  }
}
