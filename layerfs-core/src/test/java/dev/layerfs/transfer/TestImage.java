package dev.layerfs.transfer;

import dev.layerfs.changeset.Compression;
import dev.layerfs.oci.Annotations;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A small image of one layer, and ways to store it. */
final class TestImage {
  final byte[] layer;
  final byte[] config;
  final Manifest manifest;

  private TestImage(byte[] layer, byte[] config, Manifest manifest) {
    this.layer = layer;
    this.config = config;
    this.manifest = manifest;
  }

  /** An image whose only file has a content of its own. */
  static TestImage of(String content, Platform platform) {
    byte[] layer = new TarBuilder().file("content", content).build();
    byte[] config = config(platform, layer);
    Manifest manifest = Manifest.of(
        Descriptor.ofContent(MediaType.OCI_CONFIG, config),
        List.of(Descriptor.ofContent(MediaType.OCI_LAYER, layer)));
    return new TestImage(layer, config, manifest);
  }

  /** The config of an image with these layers. */
  static byte[] config(Platform platform, byte[]... layers) {
    String diffIds = Arrays.stream(layers)
        .map(layer -> '"' + Digest.sha256(layer).toString() + '"')
        .collect(Collectors.joining(","));
    return ("{\"architecture\":\"" + platform.architecture() + "\",\"os\":\"" + platform.os()
            + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  static TestImage of(String content) {
    return of(content, Platform.of("linux", "amd64"));
  }

  Descriptor descriptor() {
    return manifest.descriptor();
  }

  Descriptor named(String name) {
    return descriptor().withAnnotations(Map.of(Annotations.REF_NAME, name));
  }

  List<byte[]> blobs() {
    return List.of(manifest.bytes(), config, layer);
  }

  static Index index(Descriptor... entries) {
    return Index.empty().withManifests(List.of(entries));
  }

  /** Writes a layout directory. */
  static void writeLayout(Path root, Index index, List<byte[]> blobs) throws IOException {
    Files.createDirectories(root.resolve("blobs/sha256"));
    Files.write(root.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.write(root.resolve(ImageLayout.INDEX_FILE), index.bytes());
    for (byte[] blob : blobs) {
      Files.write(root.resolve(ImageLayout.blobPath(Digest.sha256(blob))), blob);
    }
  }

  /** Writes a layout as a tar, with a prefix before every name. */
  static byte[] layoutTar(String prefix, Index index, List<byte[]> blobs) {
    TarBuilder tar = new TarBuilder()
        .directory(prefix + "blobs/")
        .file(prefix + ImageLayout.MARKER_FILE, ImageLayout.marker())
        .file(prefix + ImageLayout.INDEX_FILE, index.bytes());
    for (byte[] blob : blobs) {
      tar.file(prefix + ImageLayout.blobPath(Digest.sha256(blob)), blob);
    }
    return tar.build();
  }

  /** Reads a blob to its end. */
  static byte[] read(ImageSource source, Descriptor blob) throws IOException {
    try (InputStream in = source.open(blob)) {
      return in.readAllBytes();
    }
  }

  /** Reads a layer to its end, uncompressed. */
  static byte[] readTar(ImageSource source, Descriptor layer) throws IOException {
    byte[] content = read(source, layer);
    Compression compression = Compression.detect(content, content.length);
    try (InputStream tar =
        compression.decompress(new ByteArrayInputStream(content), "layer", Limits.DEFAULT)) {
      return tar.readAllBytes();
    }
  }
}
