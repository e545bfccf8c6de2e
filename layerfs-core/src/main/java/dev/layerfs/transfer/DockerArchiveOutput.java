package dev.layerfs.transfer;

import dev.layerfs.changeset.Compression;
import dev.layerfs.changeset.LayerStream;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.store.Progress;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes what {@code docker save} writes: {@code manifest.json}, configs, and layers without compression, each once.
 */
final class DockerArchiveOutput {
  private static final Limits UNLIMITED = Limits.DEFAULT.toBuilder()
      .maxLayerBytes(Long.MAX_VALUE)
      .maxRatio(Integer.MAX_VALUE)
      .build();

  private final Store store;
  private final ImageOutput out;
  private final Progress.Listener listener;
  private final Map<DiffId, Descriptor> layers = new LinkedHashMap<>();
  private final Map<Digest, byte[]> configs = new LinkedHashMap<>();

  DockerArchiveOutput(Store store, ImageOutput out, Progress.Listener listener) {
    this.store = store;
    this.out = out;
    this.listener = listener;
  }

  /** Writes images; of one for several platforms, that for this machine's. */
  void write(List<String> references) throws IOException {
    Map<Digest, StoredImage> images = new LinkedHashMap<>();
    Map<Digest, Set<String>> names = new LinkedHashMap<>();
    for (String reference : references) {
      StoredImage image = store.images().find(reference);
      images.put(image.digest(), image);
      Set<String> all = names.computeIfAbsent(image.digest(), digest -> new TreeSet<>());
      SavedImage saved = new SavedImage(
          store.images().entry(reference), store.images().contents(image.descriptor()));
      saved.name().ifPresent(all::add);
    }
    List<Json> manifest = new ArrayList<>();
    for (StoredImage image : images.values()) {
      manifest.add(entry(image, names.getOrDefault(image.digest(), Set.of())));
    }
    out.file(DockerArchive.MANIFEST_FILE, new Json.Array(manifest).toBytes());
    for (Map.Entry<Digest, byte[]> config : configs.entrySet()) {
      out.file(configFile(config.getKey()), config.getValue());
    }
    Progress progress = new Progress(
        listener, layers.values().stream().mapToLong(Descriptor::size).sum());
    for (Map.Entry<DiffId, Descriptor> layer : layers.entrySet()) {
      writeLayer(layer.getKey(), layer.getValue(), progress);
    }
    out.finish();
  }

  private JsonObject entry(StoredImage image, Set<String> names) {
    byte[] config = image.config().bytes();
    Digest id = Digest.sha256(config);
    configs.put(id, config);
    List<String> files = new ArrayList<>();
    for (int i = 0; i < image.diffIds().size(); i++) {
      DiffId diffId = image.diffIds().get(i);
      layers.putIfAbsent(diffId, image.manifest().layers().get(i));
      files.add(layerFile(diffId));
    }
    return JsonObject.empty()
        .with("Config", configFile(id))
        .with("RepoTags", texts(List.copyOf(names)))
        .with("Layers", texts(files));
  }

  private static Json texts(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }

  private static String configFile(Digest config) {
    return config.encoded() + ".json";
  }

  private static String layerFile(DiffId diffId) {
    return diffId.digest().encoded() + ".tar";
  }

  private void writeLayer(DiffId diffId, Descriptor blob, Progress progress) throws IOException {
    MessageDigest hash = diffId.digest().newMessageDigest();
    try (InputStream content = progress.counting(store.openBlob(blob), diffId.toString());
        InputStream plain = new DigestInputStream(plain(diffId, content), hash)) {
      out.file(layerFile(diffId), length(diffId, blob), plain);
    }
    if (!Digest.ofSha256(hash.digest()).equals(diffId.digest())) {
      throw new StoreCorruptException("blob " + blob.digest(), "is damaged");
    }
  }

  /**
   * Returns the length of a layer's tar, which precedes it in the archive. Where no record has it the layer is decompressed
   * once more.
   */
  private long length(DiffId diffId, Descriptor blob) throws IOException {
    OptionalLong known = recordedLength(diffId);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    try (InputStream plain = plain(diffId, store.openBlob(blob))) {
      return plain.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** The blob is enough to save a layer, whatever has become of its layer file. */
  private OptionalLong recordedLength(DiffId diffId) throws IOException {
    try {
      return store.layer(diffId).tarBytes();
    } catch (NoSuchFileException | StoreCorruptException e) {
      return OptionalLong.empty();
    }
  }

  private static LayerStream plain(DiffId diffId, InputStream blob) throws IOException {
    PushbackInputStream in = new PushbackInputStream(blob, Compression.MAGIC_LENGTH);
    byte[] head = new byte[Compression.MAGIC_LENGTH];
    int length = in.readNBytes(head, 0, head.length);
    in.unread(head, 0, length);
    return Compression.detect(head, length).decompress(in, "layer " + diffId, UNLIMITED);
  }
}
