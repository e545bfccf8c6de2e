package dev.layerfs.testing;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An image made of layer tars, with any of its promises broken if a test wants that. */
public final class TestImage {
  private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
  private final List<Descriptor> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private String architecture = "amd64";
  private List<String> volumes = List.of();

  /** Adds a layer, gzipped. */
  public TestImage layer(TarBuilder tar) {
    return layer(tar.build());
  }

  /** Adds a layer, gzipped. */
  public TestImage layer(byte[] tar) {
    return layer(MediaType.OCI_LAYER_GZIP, TarBuilder.gzip(tar), Digest.sha256(tar));
  }

  /** Adds a layer with a DiffID that may be a lie. */
  public TestImage layer(MediaType type, byte[] blob, Digest diffId) {
    return layer(Descriptor.ofContent(type, blob), blob, diffId);
  }

  /** Adds a layer whose descriptor and DiffID may be lies. */
  public TestImage layer(Descriptor descriptor, byte[] blob, Digest diffId) {
    layers.add(descriptor);
    diffIds.add(diffId.toString());
    blobs.put(descriptor.digest(), blob);
    return this;
  }

  /** Sets the architecture that the config names. */
  public TestImage architecture(String name) {
    architecture = name;
    return this;
  }

  /** Sets the paths that the config wants volumes at. */
  public TestImage volumes(String... paths) {
    volumes = List.of(paths);
    return this;
  }

  /** Returns the config. */
  public byte[] config() {
    String ids = diffIds.stream().map(id -> '"' + id + '"').collect(Collectors.joining(","));
    String json = "{\"architecture\":\"" + architecture
        + "\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\"," + "\"diff_ids\":[" + ids + "]}"
        + execution()
        + "}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private String execution() {
    return volumes.isEmpty()
        ? ""
        : volumes.stream()
            .map(path -> '"' + path + "\":{}")
            .collect(Collectors.joining(",", ",\"config\":{\"Volumes\":{", "}}"));
  }

  /** Returns the manifest. */
  public Manifest manifest() {
    return Manifest.of(Descriptor.ofContent(MediaType.OCI_CONFIG, config()), layers);
  }

  /** Returns all blobs: layers, config and manifest. */
  public Map<Digest, byte[]> blobs() {
    Map<Digest, byte[]> all = new LinkedHashMap<>(blobs);
    all.put(Digest.sha256(config()), config());
    all.put(manifest().descriptor().digest(), manifest().bytes());
    return all;
  }
}
