package dev.layerfs.transfer;

import dev.layerfs.changeset.Compression;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  private final ImageArchive files;
  private final Limits limits;
  private final Map<String, Descriptor> layersByFile = new HashMap<>();
  private final Map<Digest, String> filesByDigest = new HashMap<>();
  private final Map<Digest, byte[]> manifests = new HashMap<>();
  private final Map<Descriptor, List<String>> names = new LinkedHashMap<>();

  private DockerArchive(ImageArchive files, Limits limits) {
    this.files = files;
    this.limits = limits;
  }

  /** Reads the whole archive, for the manifests need the digests of all layers. */
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
    Descriptor config = config(image.string(member(image, "Config")));
    List<Descriptor> layers = new ArrayList<>();
    for (String name : layerNames) {
      layers.add(layer(files.resolve(name)));
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

  private Descriptor config(String name) throws IOException {
    String file = files.resolve(name);
    Descriptor config =
        Descriptor.ofContent(MediaType.OCI_CONFIG, files.read(file, limits.maxDocumentBytes()));
    filesByDigest.put(config.digest(), file);
    return config;
  }

  private Descriptor layer(String file) throws IOException {
    Descriptor known = layersByFile.get(file);
    if (known != null) {
      return known;
    }
    Descriptor layer = describe(file);
    layersByFile.put(file, layer);
    filesByDigest.put(layer.digest(), file);
    return layer;
  }

  private Descriptor describe(String file) throws IOException {
    try (InputStream in = new BufferedInputStream(files.open(file), BUFFER_SIZE)) {
      in.mark(Compression.MAGIC_LENGTH);
      byte[] head = in.readNBytes(Compression.MAGIC_LENGTH);
      in.reset();
      MediaType type = layerType(Compression.detect(head, head.length), file);
      MessageDigest hash = newSha256();
      byte[] buffer = new byte[BUFFER_SIZE];
      long size = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
        size += n;
      }
      return Descriptor.of(type, Digest.ofSha256(hash.digest()), size);
    }
  }

  private static MessageDigest newSha256() {
    return Digest.sha256(new byte[0]).newMessageDigest();
  }

  private MediaType layerType(Compression compression, String file)
      throws UnsupportedImageException {
    return switch (compression) {
      case NONE -> MediaType.OCI_LAYER;
      case GZIP -> MediaType.OCI_LAYER_GZIP;
      case ZSTD -> MediaType.OCI_LAYER_ZSTD;
      case BZIP2, XZ ->
        throw new UnsupportedImageException(
            files.subject() + " " + file,
            "a layer compressed with " + compression + ", for which OCI has no media type");
    };
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
    String file = filesByDigest.get(digest);
    if (file == null) {
      throw new NotFoundException("blob in the " + files.subject(), digest.toString());
    }
    return files.open(file);
  }

  @Override
  public void close() {
    // Every stream opens the archive anew.
  }
}
