package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.CONFIG;
import static dev.layerfs.oci.DocumentText.LAYER;
import static dev.layerfs.oci.DocumentText.SHA256;
import static dev.layerfs.oci.DocumentText.bytes;
import static dev.layerfs.oci.DocumentText.entry;
import static dev.layerfs.oci.DocumentText.index;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class IndexTest {
  private static Index read(String text) throws IOException {
    return Index.parse(bytes(text), MediaType.OCI_INDEX, Limits.DEFAULT);
  }

  private static void assertMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> read(text), text);
  }

  @Test
  @DisplayName(
      "IDX-01 IDX-09 IDX-10 IDX-12 OIL-13: entries of all types, nested indexes and unknown ones too")
  void reads() throws IOException {
    Index index = read(index(entry("")
        + "," + entry("").replace("image.manifest", "image.index")
        + "," + entry("").replace("oci.image.manifest", "example.unknown")
        + "," + entry("").replace(SHA256, "md5:00")));
    assertEquals(4, index.manifests().size());
    assertEquals(MediaType.OCI_INDEX, index.manifests().get(1).mediaType());
    assertFalse(index.manifests().get(3).digest().isVerifiable());
  }

  @Test
  @DisplayName("IDX-02 IDX-03 IDX-05 IDX-07 OIL-07: required members")
  void checksMembers() {
    String good = index(entry(""));
    assertMalformed(good.replace("'schemaVersion':2,", ""));
    assertMalformed(good.replace("'schemaVersion':2", "'schemaVersion':3"));
    assertMalformed(good.replace("image.index", "image.manifest"));
    assertMalformed(good.replace("'manifests'", "'other'"));
    assertMalformed("[]");
    assertThrows(
        UnsupportedImageException.class,
        () -> Index.parse(bytes(good), MediaType.OCI_MANIFEST, Limits.DEFAULT));
  }

  @Test
  @DisplayName("CVE-2021-41190: no document is both index and manifest")
  void row62RefusesBothShapes() {
    for (String manifestMember :
        List.of("'config':" + CONFIG, "'layers':[" + LAYER + "]", "'fsLayers':[]")) {
      assertMalformed(index(entry("")).replace("'manifests'", manifestMember + ",'manifests'"));
      assertMalformed("{'schemaVersion':2," + manifestMember + ",'manifests':[]}");
    }
  }

  @Test
  @DisplayName("IDX-08: an index may be empty; Go writes null for that")
  void acceptsEmpty() throws IOException {
    assertEquals(List.of(), read(index("")).manifests());
    assertEquals(List.of(), read("{'schemaVersion':2,'manifests':null}").manifests());
    assertEquals(List.of(), Index.empty().manifests());
    assertEquals(MediaType.OCI_INDEX, Index.empty().mediaType());
  }

  @Test
  @DisplayName("IDX-10: Docker's manifest list is an index")
  void readsManifestLists() throws IOException {
    byte[] document = bytes(index(entry(""))
        .replace("vnd.oci.image.index.v1", "vnd.docker.distribution.manifest.list.v2"));
    assertEquals(
        1,
        Index.parse(document, MediaType.DOCKER_MANIFEST_LIST, Limits.DEFAULT)
            .manifests()
            .size());
    assertThrows(
        MalformedImageException.class,
        () -> Index.parse(document, MediaType.OCI_INDEX, Limits.DEFAULT));
  }

  @Test
  @DisplayName("CON-01 CON-02 CFG-16: a changed index keeps all that isn't known, byte for byte")
  void changesKeepWhatIsUnknown() throws IOException {
    String text = "{ 'x' : [ 1.0 ] , 'schemaVersion' : 2, 'manifests' : [ "
        + entry(", 'y' : { 'z' : 1e1 }") + " ], 'annotations' : { 'k' : 'v' } }";
    Index index = read(text);
    assertArrayEquals(bytes(text), index.bytes());
    List<Descriptor> entries = new ArrayList<>(index.manifests());
    entries.set(0, entries.get(0).withAnnotations(Map.of(Annotations.REF_NAME, "latest")));
    entries.add(Descriptor.of(MediaType.OCI_MANIFEST, Digest.parse(SHA256), 7));
    Index changed = index.withManifests(entries);
    assertEquals(
        "{'x':[ 1.0 ],'schemaVersion':2,'manifests':["
            .concat(entry(
                ",'y':{ 'z' : 1e1 },'annotations':{'org.opencontainers.image.ref.name':'latest'}"))
            .concat(",{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'" + SHA256
                + "','size':7}]")
            .concat(",'annotations':{ 'k' : 'v' }}")
            .replace('\'', '"'),
        new String(changed.bytes(), StandardCharsets.UTF_8));
    assertEquals(Map.of("k", "v"), changed.annotations());
    assertEquals(
        entries,
        Index.parse(changed.descriptor(), changed.bytes(), Limits.DEFAULT).manifests());
  }

  @Test
  void row54KeepsTheLimits() {
    Limits limits = Limits.DEFAULT.toBuilder().maxIndexEntries(1).build();
    byte[] document = bytes(index(entry("") + "," + entry("")));
    LimitExceededException e = assertThrows(
        LimitExceededException.class, () -> Index.parse(document, MediaType.OCI_INDEX, limits));
    assertEquals("maxIndexEntries", e.limit());
  }

  @Test
  @DisplayName(
      "DSC-08 DSC-20 DSC-22: before it is parsed, the document must be what its descriptor describes")
  void verifiesItself() {
    Descriptor other = Descriptor.ofContent(MediaType.OCI_INDEX, new byte[3]);
    assertThrows(
        DigestMismatchException.class, () -> Index.parse(other, bytes(index("")), Limits.DEFAULT));
  }
}
