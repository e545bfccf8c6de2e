package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.bytes;
import static dev.layerfs.oci.DocumentText.entry;
import static dev.layerfs.oci.DocumentText.index;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors, as entries of an index: the document in which all of their members mean something. */
final class DescriptorTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final String HELLO_DIGEST = Digest.sha256(HELLO).toString();

  private static Descriptor read(String descriptor) throws IOException {
    return Index.parse(bytes(index(descriptor)), MediaType.OCI_INDEX, Limits.DEFAULT)
        .manifests()
        .get(0);
  }

  private static String descriptor(String mediaType, String digest, String size, String extra) {
    return "{'mediaType':" + mediaType + ",'digest':" + digest + ",'size':" + size + extra + "}";
  }

  @Test
  void readsAllMembers() throws IOException {
    Descriptor descriptor =
        read(entry(",'urls':['https://example.com/x?y#z'],'annotations':{'b':'2','a':'1'},"
            + "'platform':{'os':'linux','architecture':'arm','variant':'v7','os.version':'1','os.features':['f']},"
            + "'artifactType':'application/vnd.example.sbom','unknown':[1]"));
    assertEquals(MediaType.OCI_MANIFEST, descriptor.mediaType());
    assertEquals(DocumentText.SHA256, descriptor.digest().toString());
    assertEquals(10, descriptor.size());
    assertEquals(List.of("https://example.com/x?y#z"), descriptor.urls());
    assertEquals(Map.of("a", "1", "b", "2"), descriptor.annotations());
    assertEquals(
        Optional.of(
            new Platform("linux", "arm", Optional.of("v7"), Optional.of("1"), List.of("f"))),
        descriptor.platform());
    assertEquals(
        Optional.of(new MediaType("application/vnd.example.sbom")), descriptor.artifactType());
  }

  @ParameterizedTest
  @DisplayName("DSC-03 DSC-04 DSC-05 DSC-07 DSC-09 IDX-14 IDX-16: required members, and their form")
  @ValueSource(
      strings = {
        "{}",
        "{'digest':'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','size':1}",
        "{'mediaType':'a/b','size':1}",
        "{'mediaType':'a/b','digest':'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}"
      })
  void refusesMissingMembers(String text) {
    assertThrows(MalformedImageException.class, () -> read(text));
  }

  @Test
  @DisplayName("DSC-04 DSC-05 DSC-07 DSC-09 DSC-10 DSC-13 IDX-14 IDX-16: malformed members")
  void refusesMalformedMembers() {
    String type = "'a/b'";
    String digest = "'" + DocumentText.SHA256 + "'";
    for (String text : List.of(
        descriptor("'a'", digest, "1", ""),
        descriptor("null", digest, "1", ""),
        descriptor(type, "null", "1", ""),
        descriptor(type, "'x'", "1", ""),
        descriptor(type, digest, "-1", ""),
        descriptor(type, digest, "null", ""),
        descriptor(type, digest, "1", ",'urls':['not a uri']"),
        descriptor(type, digest, "1", ",'urls':['http://example.com/\u00e9']"),
        descriptor(type, digest, "1", ",'urls':'http://example.com/'"),
        descriptor(type, digest, "1", ",'annotations':{'a':1}"),
        descriptor(type, digest, "1", ",'annotations':{'a':null}"),
        descriptor(type, digest, "1", ",'data':'!'"),
        descriptor(type, digest, "1", ",'artifactType':'x'"),
        descriptor(type, digest, "1", ",'platform':{'os':'linux'}"),
        descriptor(type, digest, "1", ",'platform':{'architecture':'amd64'}"))) {
      assertThrows(MalformedImageException.class, () -> read(text), text);
    }
  }

  @Test
  @DisplayName("DSC-14: embedded data is verified against size and digest")
  void row67VerifiesEmbeddedData() throws IOException {
    String digest = "'" + HELLO_DIGEST + "'";
    Descriptor good = read(descriptor("'a/b'", digest, "5", ",'data':'aGVsbG8='"));
    assertArrayEquals(HELLO, good.data().orElseThrow());
    assertThrows(
        DigestMismatchException.class,
        () -> read(descriptor("'a/b'", digest, "4", ",'data':'aGVsbG8='")));
    assertThrows(
        DigestMismatchException.class,
        () -> read(descriptor("'a/b'", digest, "5", ",'data':'aGVsbGE='")));
    assertTrue(
        read(descriptor("'a/b'", "'md5:aa'", "5", ",'data':'aGVsbG8='")).data().isEmpty());
  }

  @Test
  @DisplayName("DSC-06 DSC-08 DSC-20 DSC-21: content is verified, the size first")
  void row61VerifiesContent() throws IOException {
    Descriptor hello = Descriptor.ofContent(MediaType.OCTET_STREAM, HELLO);
    hello.verify(HELLO);
    IOException size = assertThrows(DigestMismatchException.class, () -> hello.verify(new byte[4]));
    assertTrue(size.getMessage().contains("5 bytes"), size.getMessage());
    assertThrows(DigestMismatchException.class, () -> hello.verify(new byte[5]));
    Descriptor md5 = read(descriptor("'a/b'", "'md5:aa'", "5", ""));
    assertThrows(UnsupportedImageException.class, () -> md5.verify(HELLO));
  }

  @Test
  void changesKeepUnknownMembers() throws IOException {
    Descriptor changed =
        read(entry(",'x':1.0,'annotations':{'a':'1'}")).withAnnotations(Map.of("c", "3", "b", "2"));
    assertEquals(
        entry(",'x':1.0,'annotations':{'b':'2','c':'3'}").replace('\'', '"'),
        changed.toJson().toString());
    assertFalse(changed.withAnnotations(Map.of()).toJson().has("annotations"));
    Platform arm = new Platform("linux", "arm", Optional.of("v7"), Optional.empty(), List.of());
    assertEquals(Optional.of(arm), changed.withPlatform(arm).platform());
    assertThrows(
        IllegalArgumentException.class,
        () -> Descriptor.of(MediaType.OCI_INDEX, changed.digest(), -1));
  }

  @Test
  void equalsWhateverTheOrderOfMembers() throws IOException {
    Descriptor one = read(entry(",'x':1"));
    Descriptor other = read("{'x': 1, 'size':10, 'digest':'" + DocumentText.SHA256
        + "','mediaType':'application/vnd.oci.image.manifest.v1+json'}");
    assertEquals(one, other);
    assertEquals(one.hashCode(), other.hashCode());
    assertFalse(one.equals(read(entry(""))));
  }
}
