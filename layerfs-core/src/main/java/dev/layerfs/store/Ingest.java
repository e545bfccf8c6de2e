package dev.layerfs.store;

import dev.layerfs.erofs.LayerFile;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Adds images to a store: all of it, or nothing. What is added is staged, checked and made durable first; {@link #commit}
 * then moves it into place and names it. Until then nobody sees it, and closing without a commit, or dying, leaves no
 * trace.
 *
 * <p>{@link #layer} and {@link #tree} may be called by several threads at once.
 */
public final class Ingest implements Closeable {
  private static final int CHECKSUM_BUFFER = 256 << 10;
  private static final int SPOOL_BUFFER = 64 << 10;

  private final Session session;
  private final StorePaths paths;
  private final SpaceReserve reserve;
  private final StoreIo io;
  private final Limits limits;
  private final Layers layers;
  private final Publisher publisher;
  private final OpenImages openImages;
  private final Path lease;
  private final Flusher flusher = new Flusher();
  private final Queue<Path> staged = new ConcurrentLinkedQueue<>();
  private final Set<DiffId> claimed = ConcurrentHashMap.newKeySet();
  private final Map<Digest, Boolean> goodBlobs = new ConcurrentHashMap<>();
  private final Map<DiffId, Boolean> goodLayers = new ConcurrentHashMap<>();
  private final Verification verification;
  private final Staged result = new Staged();
  private volatile boolean verifying;

  Ingest(
      Session session,
      Limits limits,
      Layers layers,
      Publisher publisher,
      OpenImages openImages,
      SpaceReserve reserve)
      throws IOException {
    this.session = session;
    this.paths = session.paths();
    this.reserve = reserve;
    this.io = new ReservingIo(session.io(), reserve);
    this.limits = limits;
    this.layers = layers;
    this.publisher = publisher;
    this.openImages = openImages;
    this.verification = new Verification(session.paths(), layers);
    this.lease = session.newLease();
  }

  /**
   * Keeps bytes in a file for whoever adds images; it is deleted when this is closed, and not durable.
   *
   * @param in the bytes, read to the end; not closed
   * @return the file
   */
  public Path spool(InputStream in) throws IOException {
    Path file = stage();
    try (FileChannel channel = io.create(file)) {
      byte[] buffer = new byte[SPOOL_BUFFER];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        io.write(channel, ByteBuffer.wrap(buffer, 0, length));
      }
    }
    return file;
  }

  /**
   * Says what the images consist of. From now on no removal takes away what the store has of it. Must precede {@link
   * #hasBlob}, {@link #hasLayer} and {@link #hasTree}, whose answers hold until this is closed.
   */
  public void protect(Set<Digest> blobs, Set<DiffId> diffIds, Set<ChainId> chainIds)
      throws IOException {
    LeaseRecord record = new LeaseRecord(blobs, diffIds, chainIds);
    session.hold(lease, record);
  }

  /**
   * From now on what the store has counts only if it was read and found to be right, and is replaced if not. Without this
   * sizes, and the records of layers, decide.
   */
  public void verifyExisting() {
    verifying = true;
  }

  /** Whether the store has a blob, or can make it again. */
  public boolean hasBlob(Descriptor blob) throws IOException {
    if (!StoreFiles.isFile(paths.blob(blob.digest()), blob.size())
        && !verification.canBeMade(blob)) {
      return false;
    }
    if (!verifying) {
      return true;
    }
    Boolean good = goodBlobs.get(blob.digest());
    if (good == null) {
      good = verification.blob(blob.digest()).isEmpty();
      goodBlobs.put(blob.digest(), good);
    }
    return good;
  }

  private boolean hasLayerFile(DiffId diffId) throws IOException {
    if (layers.find(diffId).isEmpty()) {
      return false;
    }
    if (!verifying) {
      return true;
    }
    Boolean good = goodLayers.get(diffId);
    if (good == null) {
      good = verification.layer(diffId).isEmpty();
      goodLayers.put(diffId, good);
      if (!good) {
        result.damaged().add(diffId);
      }
    }
    return good;
  }

  /** Whether the store has a layer and the blob, and found out itself that the one comes from the other. */
  public boolean hasLayer(Descriptor blob, DiffId diffId) throws IOException {
    return hasBlob(blob)
        && hasLayerFile(diffId)
        && layers
            .find(diffId)
            .filter(found -> found.blobs().contains(blob.digest()))
            .isPresent();
  }

  /** Whether the store has the tree of a stack of layers, and it needs not be made again to be compared. */
  public boolean hasTree(List<DiffId> diffIds) {
    return !verifying && Files.exists(paths.tree(Trees.chainId(diffIds)));
  }

  /**
   * Adds a document: a manifest, config or index.
   *
   * @throws dev.layerfs.error.DigestMismatchException if it is not what the descriptor promises
   */
  public void document(Descriptor descriptor, byte[] content) throws IOException {
    descriptor.verify(content);
    Path file = stage();
    FileChannel channel = flusher.track(io.create(file));
    flusher.submit(channel, () -> {
      io.write(channel, ByteBuffer.wrap(content));
      io.force(channel);
    });
    result.blobs().put(descriptor.digest(), file);
  }

  /**
   * Adds a blob that is not looked into, unless the store has it.
   *
   * @param blob the blob, as the manifest promises it
   * @param raw its bytes; not closed
   * @param progress is told the number of bytes of each read
   * @throws dev.layerfs.error.DigestMismatchException if the promise is broken
   */
  public void blob(Descriptor blob, InputStream raw, LongConsumer progress) throws IOException {
    if (hasBlob(blob)) {
      return;
    }
    Path file = stage();
    FileChannel channel = createBlob(blob, file);
    DigestSink hash = new DigestSink(blob.digest());
    ByteSink sink = (bytes, offset, length) -> {
      hash.accept(bytes, offset, length);
      io.write(channel, ByteBuffer.wrap(bytes, offset, length));
    };
    new BlobInput(raw, blob.digest(), blob.size(), hash, sink, progress).requireComplete();
    flusher.submit(channel, () -> io.force(channel));
    result.blobs().put(blob.digest(), file);
  }

  /**
   * Adds a layer: its blob, unless the store has it, and its layer file, unless the store has it or another call adds it.
   *
   * @param blob the blob, as the manifest promises it
   * @param diffId the digest of what it decompresses to, as the config promises it
   * @param raw the blob's bytes; not closed
   * @param progress is told the number of bytes of each read
   * @throws dev.layerfs.error.DigestMismatchException if one of the promises is broken
   * @throws dev.layerfs.error.MalformedImageException if the layer breaks the rules of its format
   * @throws dev.layerfs.error.LimitExceededException if it exceeds a limit, or too little space would be left
   */
  public void layer(Descriptor blob, DiffId diffId, InputStream raw, LongConsumer progress)
      throws IOException {
    Path blobPath = stage();
    FileChannel blobFile = hasBlob(blob) ? null : createBlob(blob, blobPath);
    Path directory = stage();
    FileChannel layerFile =
        !hasLayerFile(diffId) && claimed.add(diffId) ? createLayer(directory) : null;
    MadeLayer made = new LayerImport(io, blob, diffId, limits, flusher.threads())
        .read(raw, blobFile, layerFile, progress);
    if (blobFile != null) {
      flusher.submit(blobFile, () -> io.force(blobFile));
      result.blobs().put(blob.digest(), blobPath);
    }
    if (layerFile != null && made != null) {
      flusher.submit(layerFile, () -> finishLayer(made, layerFile, directory));
      result.layers().put(diffId, directory);
    }
    result
        .sources()
        .computeIfAbsent(diffId, id -> ConcurrentHashMap.newKeySet())
        .add(blob.digest());
  }

  /**
   * A layer that was made here.
   *
   * @param blob its compressed tar
   * @param diffId the digest of the tar
   */
  public record NewLayer(Descriptor blob, DiffId diffId) {}

  /**
   * Makes a layer and adds it: its blob and its layer file.
   *
   * @param changes what is in it: parents before what is in them, whiteouts before their siblings, files before their links
   * @param compression of the blob
   * @throws dev.layerfs.error.UnsupportedImageException if a layer can't express a change
   */
  public NewLayer newLayer(LayerFile.Source changes, MediaType.LayerCompression compression)
      throws IOException {
    Path blobPath = stage();
    FileChannel blobFile = flusher.track(io.create(blobPath));
    Path directory = stage();
    FileChannel layerFile = createLayer(directory);
    MadeLayer made =
        new LayerMaking(io, flusher.threads()).make(changes, compression, blobFile, layerFile);
    flusher.submit(blobFile, () -> io.force(blobFile));
    flusher.submit(layerFile, () -> finishLayer(made, layerFile, directory));
    result.blobs().put(made.blob().digest(), blobPath);
    result.layers().put(made.diffId(), directory);
    result
        .sources()
        .computeIfAbsent(made.diffId(), id -> ConcurrentHashMap.newKeySet())
        .add(made.blob().digest());
    return new NewLayer(made.blob(), made.diffId());
  }

  /**
   * Adds a recipe for a blob that the store has.
   *
   * @param diffId the layer, whose layer file the store has
   * @return its record; empty if there is none, so that nothing is added
   * @throws dev.layerfs.error.DigestMismatchException if the blob is damaged
   */
  Optional<RecipeRecord> recipe(Descriptor blob, DiffId diffId) throws IOException {
    Path file = stage();
    Optional<RecipeRecord> made =
        new RecipeMaking(io, paths, limits, flusher.threads()).make(blob, diffId, stage(), file);
    made.ifPresent(recipe -> result.recipes().put(blob.digest(), file));
    return made;
  }

  /**
   * Adds a blob that was discarded.
   *
   * @throws dev.layerfs.error.DigestMismatchException if the recipe makes something else
   */
  void remake(RecipeRecord recipe) throws IOException {
    Path file = stage();
    reserve.require(recipe.size());
    FileChannel channel = flusher.track(io.create(file));
    DigestSink hash = new DigestSink(recipe.blob());
    OutputStream out = new SinkOutput((bytes, offset, length) -> {
      hash.accept(bytes, offset, length);
      io.write(channel, ByteBuffer.wrap(bytes, offset, length));
    });
    new Recipes(paths).make(recipe.blob(), out, flusher.threads());
    hash.requireMatch("blob " + recipe.blob());
    flusher.submit(channel, () -> io.force(channel));
    result.blobs().put(recipe.blob(), file);
  }

  private FileChannel createBlob(Descriptor blob, Path file) throws IOException {
    reserve.require(blob.size());
    return flusher.track(io.create(file));
  }

  private FileChannel createLayer(Path directory) throws IOException {
    io.mkdir(directory);
    return flusher.track(io.create(directory.resolve(StorePaths.LAYER_FILE)));
  }

  private void finishLayer(MadeLayer made, FileChannel layerFile, Path directory)
      throws IOException {
    LayerFile.Summary summary = made.summary();
    LayerRecord record = new LayerRecord(
        made.diffId(),
        Set.of(made.blob().digest()),
        summary.entries(),
        OptionalLong.of(made.tarBytes()),
        summary.contentBytes(),
        layerFile.size(),
        checksum(layerFile),
        summary.notes());
    FileChannel recordFile = flusher.track(io.create(directory.resolve(StorePaths.LAYER_RECORD)));
    io.write(recordFile, ByteBuffer.wrap(RecordFile.encode(record.toJson())));
    flusher.submit(recordFile, () -> io.force(recordFile)); // at the same time as the layer file
    io.force(layerFile);
    io.syncDirectory(directory);
  }

  private static long checksum(FileChannel file) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHECKSUM_BUFFER);
    for (long position = 0; file.read(buffer, position) > 0; buffer.clear()) {
      position += buffer.position();
      checksum.update(buffer.flip());
    }
    return checksum.getValue();
  }

  /**
   * Adds the tree of a stack of layers, all of which the store has or this has added.
   *
   * @param diffIds the layers, bottom first
   */
  public void tree(List<DiffId> diffIds) throws IOException {
    Path file = stage();
    Trees.write(io, file, diffIds, this::layerFile);
    ChainId chainId = Trees.chainId(diffIds);
    if (!verifying || !Verification.isSame(file, paths.tree(chainId))) {
      result.trees().put(chainId, file);
    }
  }

  private Path layerFile(DiffId diffId) {
    Path directory = result.layers().get(diffId);
    return directory != null ? directory.resolve(StorePaths.LAYER_FILE) : paths.layerFile(diffId);
  }

  /**
   * Puts everything into place.
   *
   * @param naming changes the list of images; called once, with the list as it is then
   */
  public void commit(UnaryOperator<ImageList> naming) throws IOException {
    flusher.await();
    boolean replacing = isReplacing();
    publisher.publish(result, lease, flusher, naming);
    if (replacing) {
      openImages.renew();
    }
  }

  /** Whether something takes the place of what is damaged, and may be open. */
  private boolean isReplacing() {
    return !result.damaged().isEmpty()
        || result.trees().keySet().stream().anyMatch(tree -> Files.exists(paths.tree(tree)));
  }

  private Path stage() throws IOException {
    Path path = session.newPath();
    staged.add(path);
    return path;
  }

  /** Takes away what was staged and is not in place. */
  @Override
  public void close() throws IOException {
    flusher.close();
    for (Path path : staged) {
      session.discard(path);
    }
    io.unlinkIfExists(lease);
  }
}
