package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes of blobs to a registry that is strict, and that fails in the middle. */
final class BlobUploadTest {
  private static final int CHUNK = 1_000;
  private static final String UPLOADS = " /v2/app/blobs/uploads/.*";

  private final byte[] content = new byte[4_500];
  private final AtomicLong progress = new AtomicLong();
  private Descriptor blob;
  private TestRegistry registry;
  private Reference repository;

  @BeforeEach
  void start() throws IOException {
    new Random(2).nextBytes(content);
    blob = Descriptor.ofContent(MediaType.OCI_LAYER, content);
    registry = new TestRegistry();
    repository = Reference.parse(registry.host() + "/app");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private boolean push(long chunkBytes, Optional<String> mountFrom) throws IOException {
    try (RegistryClient client =
        RegistryClient.open(registry.options().chunkBytes(chunkBytes).build())) {
      return client.pushBlob(
          repository,
          blob,
          () -> new ByteArrayInputStream(content),
          mountFrom,
          progress::addAndGet);
    }
  }

  private boolean push(long chunkBytes) throws IOException {
    return push(chunkBytes, Optional.empty());
  }

  private void requirePushed() {
    assertArrayEquals(content, registry.blobs("app").get(blob.digest()));
    assertEquals(List.of(), registry.complaints());
  }

  @DisplayName(
      "DST-37, DST-38, DST-40, DST-41: POST, then PUT with the digest at the address it was given")
  @Test
  void aSmallBlobIsOnePut() throws IOException {
    assertTrue(push(0));
    requirePushed();
    assertEquals(
        List.of("PUT /v2/app/blobs/uploads/session-1?state=a%2Fb&digest=sha256%3A"
            + blob.digest().encoded()),
        registry.asked("PUT.*"));
    assertEquals(content.length, progress.get());
  }

  @DisplayName("DST-44 to DST-60: chunks in order, each at the address that the last response gave")
  @Test
  void aLargeBlobComesInChunks() throws IOException {
    push(CHUNK);
    requirePushed();
    assertEquals(5, registry.asked("PATCH.*").size());
    assertEquals("0-999", registry.asked().get(2).header("Content-Range").orElseThrow());
    assertEquals("4000-4499", registry.asked().get(6).header("Content-Range").orElseThrow());
    assertEquals(content.length, progress.get());
  }

  @DisplayName("DST-50: chunks are as long as the registry wants them at least")
  @Test
  void chunksAreNotTooShort() throws IOException {
    registry.fault("POST.*", Faults.header("OCI-Chunk-Min-Length", "2000"));
    push(CHUNK);
    requirePushed();
    assertEquals(3, registry.asked("PATCH.*").size());
  }

  @DisplayName("DST-45: an upload of another algorithm says so")
  @Test
  void sha512IsNamed() throws IOException {
    Digest any = new Digest("sha512", "0".repeat(128));
    String hex = HexFormat.of().formatHex(any.newMessageDigest().digest(content));
    blob = Descriptor.of(MediaType.OCI_LAYER, new Digest("sha512", hex), content.length);
    push(CHUNK);
    requirePushed();
    assertEquals(
        List.of("POST /v2/app/blobs/uploads/?digest-algorithm=sha512"), registry.asked("POST.*"));
  }

  @Test
  void emptyBlobsAreBlobs() throws IOException {
    blob = Descriptor.ofContent(MediaType.OCI_LAYER, new byte[0]);
    try (RegistryClient client = RegistryClient.open(registry.options().build())) {
      client.pushBlob(
          repository,
          blob,
          () -> new ByteArrayInputStream(new byte[0]),
          Optional.empty(),
          progress::addAndGet);
    }
    assertTrue(registry.blobs("app").containsKey(blob.digest()));
  }

  @Test
  void whatIsThereIsNotSent() throws IOException {
    registry.blobs("app").put(blob.digest(), content);
    assertFalse(push(0));
    assertEquals(1, registry.asked().size());
  }

  @DisplayName("DST-51, DST-59: after a chunk that got lost the registry is asked where to go on")
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void goesOnWhereAnUploadBroke(int failures) throws IOException {
    registry.fault("PATCH" + UPLOADS, failures, exchange -> {
      exchange.getRequestBody().readNBytes(500);
      throw new IOException("hangs up");
    });
    push(CHUNK);
    requirePushed();
    assertTrue(registry.asked("GET" + UPLOADS).size() >= failures);
  }

  @Test
  void anErrorThatPassesIsNoEnd() throws IOException {
    registry.fault("PATCH" + UPLOADS, 1, Faults.status(503));
    push(CHUNK);
    requirePushed();
  }

  @Test
  void aChunkOutOfOrderIsSentAgainFromWhereTheRegistryIs() throws IOException {
    registry.fault("PATCH" + UPLOADS, 1, Faults.status(416));
    push(CHUNK);
    requirePushed();
  }

  @Test
  void aRegistryWithoutChunksGetsTheWhole() throws IOException {
    registry.fault("PATCH" + UPLOADS, Faults.status(405));
    push(CHUNK);
    requirePushed();
    assertEquals(1, registry.asked("PATCH.*").size());
  }

  @Test
  void aLostPutIsBegunAnew() throws IOException {
    registry.fault("PUT" + UPLOADS, 1, Faults.hangUp());
    push(0);
    requirePushed();
    assertEquals(2, registry.asked("POST.*").size());
  }

  @Test
  void aLostResponseIsNotASecondUpload() throws IOException {
    registry.fault("PUT" + UPLOADS, 1, exchange -> {
      exchange.getRequestBody().readAllBytes();
      registry.blobs("app").put(blob.digest(), content);
      throw new IOException("hangs up");
    });
    push(0);
    requirePushed();
    assertEquals(1, registry.asked("POST.*").size());
  }

  @DisplayName("DST-62, DST-63: an upload that is refused is cancelled, and its failure ignored")
  @ParameterizedTest
  @ValueSource(ints = {0, CHUNK})
  void refusalsEndTheUpload(int chunk) {
    registry
        .fault("(PUT|PATCH)" + UPLOADS, Faults.status(403))
        .fault("DELETE" + UPLOADS, Faults.status(500));
    assertThrows(RegistryException.class, () -> push(chunk));
    assertEquals(1, registry.asked("DELETE.*").size());
  }

  @Test
  void aRegistryThatNeverTakesAChunkIsGivenUp() {
    registry.fault("PATCH" + UPLOADS, Faults.hangUp()).fault("PUT" + UPLOADS, Faults.hangUp());
    assertThrows(IOException.class, () -> push(CHUNK));
    assertTrue(registry.asked("PATCH.*").size() <= 4);
  }

  @DisplayName("F86: 201 to a mount is the end")
  @Test
  void aMountNeedsNoContent() throws IOException {
    registry.blobs("base").put(blob.digest(), content);
    assertFalse(push(0, Optional.of("base")), "nothing is sent");
    requirePushed();
    assertEquals(
        List.of(
            "POST /v2/app/blobs/uploads/?mount=sha256%3A" + blob.digest().encoded() + "&from=base"),
        registry.asked("(POST|PUT|PATCH).*"));
  }

  @DisplayName("F86: 202 to a mount is an upload that has begun")
  @Test
  void aMountThatCannotBeIsAnUpload() throws IOException {
    registry.withoutMounts().blobs("base").put(blob.digest(), content);
    push(0, Optional.of("base"));
    requirePushed();
    assertEquals(1, registry.asked("POST.*").size());
  }

  @DisplayName("F86: a refused mount is an upload, too")
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405})
  void aRefusedMountIsAnUpload(int status) throws IOException {
    registry.fault("POST" + UPLOADS, 1, Faults.status(status));
    push(0, Optional.of("base"));
    requirePushed();
  }

  @DisplayName("DST-66: a mount of something else is noticed")
  @Test
  void aMountOfAnotherBlobIsRefused() {
    registry.fault(
        "POST" + UPLOADS, Faults.status(201, "Docker-Content-Digest", "sha256:" + "0".repeat(64)));
    assertThrows(DigestMismatchException.class, () -> push(0, Optional.of("base")));
  }

  @DisplayName("F78: an address that must not be used ends the upload")
  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:1/x", "ftp://localhost/x", "http://a@localhost/x", "x y", "\\"})
  void badAddressesAreRefused(String location) {
    registry.fault("POST" + UPLOADS, Faults.status(202, "Location", location));
    assertThrows(RegistryException.class, () -> push(0));
    assertEquals(0, progress.get());
  }

  @Test
  void anUploadWithoutAddressIsRefused() {
    registry.fault("POST" + UPLOADS, Faults.status(202));
    assertThrows(RegistryException.class, () -> push(0));
  }

  @Test
  void rangesThatAreNoneAreRefused() {
    registry.fault("PATCH" + UPLOADS, Faults.status(202, "Range", "all of it"));
    assertThrows(RegistryException.class, () -> push(CHUNK));
  }
}
