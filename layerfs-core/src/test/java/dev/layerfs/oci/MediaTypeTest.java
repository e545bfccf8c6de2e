package dev.layerfs.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.MediaType.LayerCompression;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaTypeTest {
  @ParameterizedTest
  @DisplayName("DSC-04: media types comply with RFC 6838")
  @ValueSource(
      strings = {
        "",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "a/b c",
        "a/b;c=d",
        "+a/b",
        "a/.b",
        "a/\u00e9",
        "a/b\n",
        "a/*"
      })
  void refusesMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> MediaType.parse(text));
    assertThrows(IllegalArgumentException.class, () -> new MediaType(text));
  }

  @Test
  void refusesLongNames() throws IOException {
    MediaType.parse("a/" + "b".repeat(127));
    assertThrows(MalformedImageException.class, () -> MediaType.parse("a/" + "b".repeat(128)));
    assertThrows(MalformedImageException.class, () -> MediaType.parse("a".repeat(128) + "/b"));
  }

  @ParameterizedTest
  @DisplayName("MAN-20 MAN-22: layer types, and how they are compressed")
  @CsvSource({
    "application/vnd.oci.image.layer.v1.tar, NONE, false",
    "application/vnd.oci.image.layer.v1.tar+gzip, GZIP, false",
    "application/vnd.oci.image.layer.v1.tar+zstd, ZSTD, false",
    "application/vnd.oci.image.layer.nondistributable.v1.tar, NONE, true",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip, GZIP, true",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd, ZSTD, true",
    "application/vnd.docker.image.rootfs.diff.tar, NONE, false",
    "application/vnd.docker.image.rootfs.diff.tar.gzip, GZIP, false",
    "application/vnd.docker.image.rootfs.diff.tar.zstd, ZSTD, false",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip, GZIP, true",
  })
  void knowsLayers(String text, LayerCompression compression, boolean foreign) throws IOException {
    MediaType type = MediaType.parse(text);
    assertTrue(type.isLayer());
    assertEquals(compression, type.layerCompression());
    assertEquals(foreign, type.isNonDistributable());
    assertFalse(type.isManifest() || type.isIndex() || type.isImageConfig());
  }

  @Test
  @DisplayName("MAN-11 IDX-09 IDX-10: OCI's types and Docker's")
  void classifies() throws IOException {
    assertTrue(MediaType.OCI_MANIFEST.isManifest() && MediaType.DOCKER_MANIFEST.isManifest());
    assertTrue(MediaType.OCI_INDEX.isIndex() && MediaType.DOCKER_MANIFEST_LIST.isIndex());
    assertTrue(MediaType.OCI_CONFIG.isImageConfig() && MediaType.DOCKER_CONFIG.isImageConfig());
    assertTrue(
        MediaType.parse("application/vnd.docker.distribution.manifest.v1+json").isSchema1());
    assertTrue(MediaType.parse("application/vnd.docker.distribution.manifest.v1+prettyjws")
        .isSchema1());
    MediaType unknown = MediaType.parse("application/vnd.example.thing+json");
    assertFalse(
        unknown.isManifest() || unknown.isIndex() || unknown.isLayer() || unknown.isSchema1());
    assertThrows(IllegalStateException.class, unknown::layerCompression);
  }
}
