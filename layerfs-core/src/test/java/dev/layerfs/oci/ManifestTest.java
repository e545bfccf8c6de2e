package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.CONFIG;
import static dev.layerfs.oci.DocumentText.LAYER;
import static dev.layerfs.oci.DocumentText.bytes;
import static dev.layerfs.oci.DocumentText.manifest;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ManifestTest {
  private static Manifest read(String text) throws IOException {
    return Manifest.parse(bytes(text), MediaType.OCI_MANIFEST, Limits.DEFAULT);
  }

  private static void assertMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> read(text), text);
  }

  private static void assertUnsupported(String text) {
    assertThrows(UnsupportedImageException.class, () -> read(text), text);
  }

  @Test
  @DisplayName(
      "MAN-08 MAN-15 MAN-17 MAN-18 CON-01: config and layers in order, and the bytes as they were")
  void reads() throws IOException {
    String second = LAYER.replace("10", "20");
    byte[] document =
        bytes(manifest(CONFIG, LAYER + "," + second).replace("'layers'", "'x' : 1.0, 'layers'"));
    Manifest manifest = Manifest.parse(document, MediaType.OCI_MANIFEST, Limits.DEFAULT);
    assertEquals(MediaType.OCI_CONFIG, manifest.config().mediaType());
    assertEquals(
        List.of(10L, 20L), manifest.layers().stream().map(Descriptor::size).toList());
    assertArrayEquals(document, manifest.bytes());
    assertEquals(Descriptor.ofContent(MediaType.OCI_MANIFEST, document), manifest.descriptor());
    manifest.requireImage();
  }

  @Test
  @DisplayName("MAN-01 MAN-02: schemaVersion must be 2; schema 1 is refused by name")
  void row71ChecksSchemaVersion() {
    String good = manifest(CONFIG, LAYER);
    assertMalformed(good.replace("'schemaVersion':2,", ""));
    assertMalformed(good.replace("'schemaVersion':2", "'schemaVersion':3"));
    assertMalformed(good.replace("'schemaVersion':2", "'schemaVersion':'2'"));
    assertUnsupported(good.replace("'schemaVersion':2", "'schemaVersion':1"));
    assertUnsupported("{'schemaVersion':1,'name':'x','tag':'y','fsLayers':[],'history':[]}");
    assertUnsupported(
        good.replace("vnd.oci.image.manifest.v1+json", "vnd.docker.distribution.manifest.v1+json"));
    for (String type : List.of("v1+json", "v1+prettyjws")) {
      MediaType schema1 = new MediaType("application/vnd.docker.distribution.manifest." + type);
      IOException e = assertThrows(
          UnsupportedImageException.class,
          () -> Manifest.parse(new byte[0], schema1, Limits.DEFAULT));
      assertTrue(e.getMessage().contains("schema 1"), e.getMessage());
    }
  }

  @Test
  @DisplayName("MAN-04: mediaType must be the descriptor's; CVE-2021-41190: no document is both")
  void row62ChecksMediaType() throws IOException {
    String good = manifest(CONFIG, LAYER);
    assertMalformed(good.replace("manifest.v1+json", "index.v1+json"));
    assertMalformed(good.replace("'layers'", "'manifests':[],'layers'"));
    String bare = good.replace("'mediaType':'application/vnd.oci.image.manifest.v1+json',", "");
    assertEquals(MediaType.OCI_MANIFEST, read(bare).mediaType());
    assertMalformed(bare.replace("'layers'", "'manifests':[],'layers'"));
    assertMalformed(bare.replace("'layers'", "'manifests'"));
    assertThrows(
        MalformedImageException.class,
        () -> Manifest.parse(bytes(good), MediaType.DOCKER_MANIFEST, Limits.DEFAULT));
    assertThrows(
        UnsupportedImageException.class,
        () -> Manifest.parse(bytes(good), MediaType.OCI_INDEX, Limits.DEFAULT));
  }

  @Test
  @DisplayName("MAN-08 MAN-15: config and layers are required; Go's null stands for no layers")
  void checksRequiredMembers() throws IOException {
    String good = manifest(CONFIG, LAYER);
    assertMalformed(good.replace("'config'", "'other'"));
    assertMalformed(good.replace("'layers'", "'other'"));
    assertMalformed(manifest("null", LAYER));
    assertMalformed(manifest(CONFIG, "null"));
    assertMalformed(manifest(CONFIG, "1"));
    assertEquals(List.of(), read(good.replace("[" + LAYER + "]", "null")).layers());
  }

  @Test
  @DisplayName(
      "MAN-07 MAN-10 MAN-23: unknown types are no error when storing or copying, only when unpacking")
  void row72AcceptsUnknownTypes() throws IOException {
    Manifest manifest = read(manifest(
            CONFIG.replace("vnd.oci.image.config.v1+json", "vnd.example.config"),
            LAYER.replace("vnd.oci.image.layer.v1.tar+gzip", "vnd.example.blob"))
        .replace(
            "'config'",
            "'artifactType':'application/vnd.example.a','subject':" + LAYER + ",'config'"));
    assertEquals(Optional.of(new MediaType("application/vnd.example.a")), manifest.artifactType());
    assertTrue(manifest.subject().isPresent());
    assertThrows(UnsupportedImageException.class, manifest::requireImage);
    Manifest oddLayer = read(manifest(CONFIG, LAYER.replace("tar+gzip", "tar+lzma")));
    assertThrows(UnsupportedImageException.class, oddLayer::requireImage);
  }

  @Test
  @DisplayName(
      "DSC-18 DSC-19: what a manifest wants fetched must be verifiable; its subject is not fetched")
  void row74WantsVerifiableDigests() throws IOException {
    String md5 = LAYER.replace(DocumentText.SHA256, "md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assertUnsupported(manifest(CONFIG, md5));
    assertUnsupported(manifest(md5, LAYER));
    read(manifest(CONFIG, LAYER).replace("'config'", "'subject':" + md5 + ",'config'"));
  }

  @Test
  @DisplayName("DSC-08 DSC-20: the document must be what its descriptor describes")
  void verifiesItself() throws IOException {
    byte[] document = bytes(manifest(CONFIG, LAYER));
    Descriptor other = Descriptor.ofContent(MediaType.OCI_MANIFEST, bytes(manifest(CONFIG, "")));
    assertThrows(
        DigestMismatchException.class, () -> Manifest.parse(other, document, Limits.DEFAULT));
  }

  @Test
  void row54KeepsTheLimits() {
    Limits limits = Limits.DEFAULT.toBuilder().maxLayers(2).build();
    byte[] document = bytes(manifest(CONFIG, LAYER + "," + LAYER + "," + LAYER));
    LimitExceededException e = assertThrows(
        LimitExceededException.class,
        () -> Manifest.parse(document, MediaType.OCI_MANIFEST, limits));
    assertEquals("maxLayers", e.limit());
  }

  @Test
  @DisplayName("MAN-04 MAN-05: a manifest of ours is OCI's, and always the same bytes")
  void makesManifests() throws IOException {
    Descriptor config = Descriptor.ofContent(MediaType.OCI_CONFIG, bytes("{}"));
    Descriptor layer = Descriptor.ofContent(MediaType.OCI_LAYER, new byte[1024]);
    Manifest made = Manifest.of(config, List.of(layer, layer));
    assertArrayEquals(made.bytes(), Manifest.of(config, List.of(layer, layer)).bytes());
    Manifest read = Manifest.parse(made.descriptor(), made.bytes(), Limits.DEFAULT);
    assertEquals(config, read.config());
    assertEquals(List.of(layer, layer), read.layers());
  }
}
