package dev.layerfs.registry;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A manifest that refers to another one. */
final class TestReferrer {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Descriptor CONFIG = Descriptor.ofContent(MediaType.OCI_EMPTY, EMPTY);

  private TestReferrer() {}

  /** A signature with an annotation that tells it from others. */
  static Manifest of(Descriptor subject, String note) throws IOException {
    String json = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
        + "\",\"artifactType\":\"application/vnd.example.signature\",\"config\":"
        + json(CONFIG) + ",\"layers\":[" + json(CONFIG) + "],\"subject\":" + json(subject)
        + ",\"annotations\":{\"note\":\"" + note + "\"}}";
    return Manifest.parse(
        json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Limits.DEFAULT);
  }

  private static String json(Descriptor descriptor) {
    return "{\"mediaType\":\"" + descriptor.mediaType() + "\",\"digest\":\"" + descriptor.digest()
        + "\",\"size\":" + descriptor.size() + "}";
  }

  static void push(RegistryClient client, Reference repository, Manifest manifest)
      throws IOException {
    client.pushBlob(
        repository, CONFIG, () -> new ByteArrayInputStream(EMPTY), Optional.empty(), bytes -> {});
    client.pushManifest(
        new Reference(
            repository.domain(),
            repository.repository(),
            Optional.empty(),
            Optional.of(manifest.descriptor().digest())),
        manifest.mediaType(),
        manifest.bytes());
  }
}
