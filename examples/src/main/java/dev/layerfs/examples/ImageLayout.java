package dev.layerfs.examples;

import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a small image and writes it as an OCI image layout (image-spec 1.1, image-layout.md): what any build tool could
 * have written.
 */
final class ImageLayout {
  private static final String MEDIA = "application/vnd.oci.image.";
  private static final String CREATED = "2024-01-01T00:00:00Z";

  private final List<Map<String, Object>> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private final List<Map<String, Object>> history = new ArrayList<>();
  private final Path blobs;
  private final Path directory;

  /**
   * Begins an image without layers.
   *
   * @param directory an empty directory, or one that does not exist
   * @throws IOException if it can't be written
   */
  ImageLayout(Path directory) throws IOException {
    this.directory = directory;
    blobs = Files.createDirectories(directory.resolve("blobs").resolve("sha256"));
  }

  /**
   * Adds a layer on top.
   *
   * @param createdBy what made it, for the history
   * @param tar the layer's tar
   * @return this image
   */
  ImageLayout layer(String createdBy, byte[] tar) throws IOException {
    diffIds.add(Digest.sha256(tar).toString());
    layers.add(blob(MEDIA + "layer.v1.tar+gzip", LayerTar.gzip(tar)));
    history.add(Map.of("created", CREATED, "created_by", createdBy));
    return this;
  }

  /**
   * Writes the documents.
   *
   * @param name the image's name; empty for none
   * @return the layout's directory
   */
  Path write(String name) throws IOException {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", MEDIA + "manifest.v1+json");
    manifest.put("config", blob(MEDIA + "config.v1+json", utf8(config())));
    manifest.put("layers", layers);
    Map<String, Object> descriptor = blob(MEDIA + "manifest.v1+json", utf8(manifest));
    if (!name.isEmpty()) {
      descriptor.put("annotations", Map.of("org.opencontainers.image.ref.name", name));
    }
    Files.write(
        directory.resolve("index.json"),
        utf8(Map.of("schemaVersion", 2, "manifests", List.of(descriptor))));
    Files.write(directory.resolve("oci-layout"), utf8(Map.of("imageLayoutVersion", "1.0.0")));
    return directory;
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("created", CREATED);
    config.put("architecture", "amd64");
    config.put("os", "linux");
    config.put("config", Map.of("Cmd", List.of("/bin/sh"), "WorkingDir", "/"));
    config.put("rootfs", Map.of("type", "layers", "diff_ids", diffIds));
    config.put("history", history);
    return config;
  }

  private Map<String, Object> blob(String mediaType, byte[] content) throws IOException {
    Digest digest = Digest.sha256(content);
    Files.write(blobs.resolve(digest.hex()), content);
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest.toString());
    descriptor.put("size", content.length);
    return descriptor;
  }

  private static byte[] utf8(Object document) {
    return Json.toString(document).getBytes(StandardCharsets.UTF_8);
  }
}
