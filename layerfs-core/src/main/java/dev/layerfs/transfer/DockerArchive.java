package dev.layerfs.transfer;

import dev.layerfs.changeset.Compression;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code docker save}, {@code podman save}, Bazel, Jib and others write: a tar with a {@code manifest.json} that names
 * configs and layers. It has no OCI manifests, so they are made here, by rules without choice: an archive always gives the
 * same ones. Immutable once open.
 */
final class DockerArchive implements ImageSource {
  /** The archive's list of images. */
  static final String MANIFEST_FILE = "manifest.json";

  private static final int BUFFER_SIZE = 64 << 10;

  /** A file whose content, once decompressed so, is a blob. */
  private record Blob(String file, Compression compression) {}

  private final ImageArchive files;
  private final Limits limits;
  private final Map<String, Descriptor> layersByFile = new HashMap<>();
  private final Map<Digest, Blob> blobs = new HashMap<>();
  private final Map<Digest, byte[]> manifests = new HashMap<>();
  private final Map<Descriptor, List<String>> names = new LinkedHashMap<>();

  private DockerArchive(ImageArchive files, Limits limits) {
    this.files = files;
    this.limits = limits;
  }

  /** Reads the lists and the configs, and those layers whose digests no config tells. */
  static DockerArchive open(ImageArchive files, Limits limits) throws IOException {
    DockerArchive archive = new DockerArchive(files, limits);
    for (JsonObject image : archive.images()) {
      archive.add(image);
    }
    return archive;
  }

  private List<JsonObject> images() throws IOException {
    String subject = files.subject() + " " + MANIFEST_FILE;
    JsonReader reader = new JsonReader(limits.maxDocumentBytes(), limits.maxDocumentDepth());
    Json root = reader.read(files.read(MANIFEST_FILE, limits.maxDocumentBytes()), subject);
    if (!(root instanceof Json.Array array)) {
      throw new MalformedImageException(subject, "must be an array of images");
    }
    if (array.elements().size() > limits.maxIndexEntries()) {
      throw new LimitExceededException(subject, "maxIndexEntries", limits.maxIndexEntries());
    }
    List<JsonObject> images = new ArrayList<>();
    for (Json element : array.elements()) {
      if (!(element instanceof JsonObject image)) {
        throw new MalformedImageException(subject, "must be an array of images");
      }
      images.add(image);
    }
    return images;
  }

  private void add(JsonObject image) throws IOException {
    List<String> layerNames = image.strings(member(image, "Layers"));
    if (layerNames.size() > limits.maxLayers()) {
      throw new LimitExceededException(image.place() + " Layers", "maxLayers", limits.maxLayers());
    }
    String configFile = files.resolve(image.string(member(image, "Config")));
    byte[] document = files.read(configFile, limits.maxDocumentBytes());
    List<DiffId> diffIds = ImageConfig.parse(document, limits).diffIds();
    if (diffIds.size() != layerNames.size()) {
      throw image.malformed(
          member(image, "Layers"), "has another length than the diff_ids of its config");
    }
    Descriptor config = Descriptor.ofContent(MediaType.OCI_CONFIG, document);
    blobs.put(config.digest(), new Blob(configFile, Compression.NONE));
    List<Descriptor> layers = new ArrayList<>();
    for (int i = 0; i < layerNames.size(); i++) {
      layers.add(layer(files.resolve(layerNames.get(i)), diffIds.get(i)));
    }
    Manifest manifest = Manifest.of(config, layers);
    manifests.put(manifest.descriptor().digest(), manifest.bytes());
    List<String> all = names.computeIfAbsent(manifest.descriptor(), key -> new ArrayList<>());
    for (String name : image.strings(member(image, "RepoTags"))) {
      if (!all.contains(name)) {
        all.add(name);
      }
    }
  }

  /** Go reads member names in any case, and Jib writes them in lower camel case. */
  private static String member(JsonObject image, String name) throws MalformedImageException {
    String lowerCamel = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    if (!image.has(lowerCamel)) {
      return name;
    }
    if (image.has(name)) {
      throw image.malformed(name, "is there twice, in two spellings");
    }
    return lowerCamel;
  }

  private Descriptor layer(String file, DiffId diffId) throws IOException {
    Descriptor known = layersByFile.get(file);
    if (known != null) {
      return known;
    }
    Compression compression = compression(file);
    Descriptor layer = switch (compression) {
      case NONE -> asPromised(diffId, files.size(file));
      case GZIP -> describe(file, MediaType.OCI_LAYER_GZIP);
      case ZSTD -> describe(file, MediaType.OCI_LAYER_ZSTD);
      case BZIP2, XZ -> asPromised(diffId, plainSize(file, compression));
    };
    boolean kept = compression == Compression.GZIP || compression == Compression.ZSTD;
    blobs.put(layer.digest(), new Blob(file, kept ? Compression.NONE : compression));
    layersByFile.put(file, layer);
    return layer;
  }

  private Compression compression(String file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] head = in.readNBytes(Compression.MAGIC_LENGTH);
      return Compression.detect(head, head.length);
    }
  }

  /** An uncompressed layer's digest is its DiffID: no need to read it, for whoever loads it verifies what it is. */
  private static Descriptor asPromised(DiffId diffId, long size) {
    return Descriptor.of(MediaType.OCI_LAYER, diffId.digest(), size);
  }

  /** OCI has no media type for this compression, so the layer is kept without it. */
  private long plainSize(String file, Compression compression) throws IOException {
    try (InputStream in = open(new Blob(file, compression))) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private Descriptor describe(String file, MediaType type) throws IOException {
    try (InputStream in = files.open(file)) {
      MessageDigest hash = newSha256();
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
      return Descriptor.of(type, Digest.ofSha256(hash.digest()), files.size(file));
    }
  }

  private static MessageDigest newSha256() {
    return Digest.sha256(new byte[0]).newMessageDigest();
  }

  @Override
  public List<Offer> offers() {
    return names.entrySet().stream()
        .map(entry -> new Offer(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Digest digest = blob.digest().requireVerifiable();
    byte[] manifest = manifests.get(digest);
    if (manifest != null) {
      return new ByteArrayInputStream(manifest);
    }
    Blob known = blobs.get(digest);
    if (known == null) {
      throw new NotFoundException("blob in the " + files.subject(), digest.toString());
    }
    return open(known);
  }

  private InputStream open(Blob blob) throws IOException {
    InputStream content = files.open(blob.file());
    return blob.compression() == Compression.NONE
        ? content
        : blob.compression().decompress(content, files.subject() + " " + blob.file(), limits);
  }

  @Override
  public void close() {
    // Every stream opens the archive anew.
  }
}
