package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.primitives.Bytes;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.TestRegistry.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads of blobs from a registry that does everything wrong that it can. */
final class BlobDownloadTest {
  private static final String BLOBS = "GET /v2/app/blobs/.*";
  private static final int RANGE = 1_000;

  private final byte[] content = new byte[10_500];
  private TestRegistry registry;
  private Descriptor blob;
  private Reference repository;
  private final CountDownLatch begun = new CountDownLatch(1);
  private int cutAt;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    blob = Descriptor.ofContent(MediaType.OCI_LAYER, content);
    registry = new TestRegistry();
    registry.blobs("app").put(blob.digest(), content);
    repository = Reference.parse(registry.host() + "/app");
  }

  @AfterEach
  void stop() {
    registry.close();
    assertEquals(List.of(), registry.complaints());
  }

  private byte[] inOnePiece() throws IOException {
    return download(registry.options().ranges(1, RANGE));
  }

  private byte[] inRanges() throws IOException {
    return download(registry.options().ranges(3, RANGE));
  }

  private byte[] download(RegistryOptions.Builder options) throws IOException {
    try (RegistryClient client = RegistryClient.open(options.build());
        InputStream in = client.blob(repository, blob)) {
      byte[] begin = in.readNBytes(cutAt);
      begun.countDown();
      return Bytes.concat(begin, in.readAllBytes());
    }
  }

  /** Closes the connection when so many bytes have been read; if that were sooner, the client might lose some. */
  private Fault cut(int at) {
    cutAt = at;
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, at);
      exchange.getResponseBody().flush();
      Uninterruptibles.awaitUninterruptibly(begun);
      return true;
    };
  }

  @Test
  void aSmallBlobIsOneRequest() throws IOException {
    assertArrayEquals(content, inOnePiece());
    assertEquals(1, registry.asked(BLOBS).size());
    assertTrue(registry.asked().get(0).header("Range").isEmpty());
    assertEquals("identity", registry.asked().get(0).header("Accept-Encoding").orElseThrow());
  }

  @Test
  void aLargeBlobComesInRanges() throws IOException {
    assertArrayEquals(content, inRanges());
    assertEquals(11, registry.asked(BLOBS).size());
  }

  @Test
  void anEmptyBlobHasTheDigestOfNothing() throws IOException {
    blob = Descriptor.ofContent(MediaType.OCI_LAYER, new byte[0]);
    registry.blobs("app").put(blob.digest(), new byte[0]);
    assertArrayEquals(new byte[0], inOnePiece());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 5_000, 10_499})
  void goesOnWhereAConnectionBreaksOff(int at) throws IOException {
    registry.fault(BLOBS, 1, cut(at));
    assertArrayEquals(content, inOnePiece());
    String range = registry.asked().get(1).header("Range").orElse("whole");
    assertEquals(at == 0 ? "whole" : "bytes=" + at + "-10499", range);
  }

  @Test
  void goesOnInRangesThatBreakOff() throws IOException {
    AtomicInteger number = new AtomicInteger();
    registry.fault(BLOBS, exchange -> {
      if (number.incrementAndGet() % 3 != 0) {
        return false;
      }
      throw new IOException("hangs up");
    });
    assertArrayEquals(content, inRanges());
  }

  @Test
  void givesUpWhenNothingComes() {
    registry.fault(BLOBS, Faults.hangUp());
    assertThrows(ConnectionFailure.class, this::inOnePiece);
    int attempts = registry.asked(BLOBS).size(); // the JDK's client makes two of each
    assertTrue(attempts >= 4 && attempts <= 8, "one attempt, and three more: " + attempts);
  }

  @Test
  void aFailureOfOneRangeFailsTheWhole() {
    AtomicInteger number = new AtomicInteger();
    registry.fault(
        BLOBS, exchange -> number.incrementAndGet() > 4 && Faults.hangUp().happens(exchange));
    assertThrows(ConnectionFailure.class, this::inRanges);
  }

  @DisplayName("F83: 200 instead of 206 on resume begins anew, and passes over what was read")
  @Test
  void aServerWithoutRangesIsAskedForTheWhole() throws IOException {
    registry.fault(BLOBS, 1, cut(4_321)).fault(BLOBS, 1, exchange -> {
      Faults.ok(exchange, content);
      return true;
    });
    assertArrayEquals(content, inOnePiece());
    assertEquals(2, registry.asked(BLOBS).size());
  }

  @Test
  void aServerWithoutRangesIsNotAskedForSeveral() throws IOException {
    registry.fault(BLOBS, exchange -> {
      Faults.ok(exchange, content);
      return true;
    });
    assertArrayEquals(content, inRanges());
    assertEquals(1, registry.asked(BLOBS).size());
  }

  @DisplayName("F83: a wrong Content-Range begins anew")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-10499/10500",
        "bytes 4320-10499/10500",
        "bytes 4321-10499/10501",
        "bytes 4321-10498/10500",
        "items 4321-10499/10500",
        "",
        "bytes -1-99999999999999999999/1"
      })
  void aWrongRangeIsNotUsed(String contentRange) throws IOException {
    registry
        .fault(BLOBS, 1, cut(4_321))
        .fault(BLOBS, 1, Faults.range(content, 4_321, 10_500, contentRange));
    assertArrayEquals(content, inOnePiece());
    assertEquals(3, registry.asked(BLOBS).size());
    assertTrue(registry.asked().get(2).header("Range").isEmpty());
  }

  @DisplayName("F83: a changed ETag begins anew")
  @Test
  void anotherVersionIsNotAppended() throws IOException {
    registry
        .fault(BLOBS, 1, Faults.header("ETag", "\"one\""))
        .fault(BLOBS, 1, cut(4_321))
        .fault(BLOBS, 1, exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"two\"");
          return Faults.range(content, 4_321, 10_500, "bytes 4321-10499/10500").happens(exchange);
        });
    assertArrayEquals(content, inOnePiece());
    assertEquals(3, registry.asked(BLOBS).size());
  }

  @DisplayName("F83: 416 begins anew")
  @Test
  void anUnsatisfiableRangeIsAskedForAsAWhole() throws IOException {
    registry.fault(BLOBS, 1, cut(4_321)).fault(BLOBS, 1, Faults.status(416));
    assertArrayEquals(content, inOnePiece());
  }

  @DisplayName("F83: what was put together of two versions is discarded")
  @Test
  void theWholeIsVerified() {
    byte[] other = content.clone();
    other[9_000]++;
    registry
        .fault(BLOBS, 1, cut(4_321))
        .fault(BLOBS, 1, Faults.range(other, 4_321, 10_500, "bytes 4321-10499/10500"));
    assertThrows(DigestMismatchException.class, this::inOnePiece);
  }

  @Test
  void lastBytesOfWrongContentAreNotHandedOut() throws IOException {
    byte[] other = content.clone();
    other[0]++;
    registry.blobs("app").put(blob.digest(), other);
    try (RegistryClient client = RegistryClient.open(registry.options().build());
        InputStream in = client.blob(repository, blob)) {
      in.readNBytes(content.length - 1);
      assertThrows(DigestMismatchException.class, in::read);
    }
  }

  @Test
  void aBlobOfAnotherLengthIsRefusedAtOnce() {
    registry.blobs("app").put(blob.digest(), Arrays.copyOf(content, 10_501));
    assertThrows(DigestMismatchException.class, this::inOnePiece);
    assertEquals(1, registry.asked(BLOBS).size());
  }

  @Test
  void row58AnEndlessBlobEndsAtItsLength() {
    registry.fault(BLOBS, Faults.endless("application/octet-stream"));
    assertThrows(DigestMismatchException.class, this::inOnePiece);
  }

  @Test
  void row58AServerThatFallsSilentIsGivenUp() {
    registry.fault(BLOBS, Faults.stall(registry, content, 2_000));
    RegistryOptions.Builder options = registry
        .options()
        .ranges(1, RANGE)
        .retries(0, Duration.ofNanos(2))
        .idleTimeout(Duration.ofMillis(200));
    String message =
        assertThrows(ConnectionFailure.class, () -> download(options)).getMessage();
    assertTrue(message.contains("within 200 ms"), message);
  }

  @DisplayName("a slow drip does not keep a connection alive")
  @Test
  void aByteNowAndThenIsNothing() {
    registry.fault(BLOBS, exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      for (byte each : content) {
        exchange.getResponseBody().write(each);
        exchange.getResponseBody().flush();
        LockSupport.parkNanos(20_000_000);
      }
      return true;
    });
    RegistryOptions.Builder options = registry
        .options()
        .ranges(1, RANGE)
        .retries(0, Duration.ofNanos(2))
        .idleTimeout(Duration.ofMillis(300));
    assertThrows(ConnectionFailure.class, () -> download(options));
  }

  @Test
  void transientErrorsPass() throws IOException {
    registry
        .fault(BLOBS, 1, Faults.status(503))
        .fault(BLOBS, 1, Faults.status(429, "Retry-After", "0"))
        .fault(BLOBS, 1, Faults.status(500));
    assertArrayEquals(content, inOnePiece());
    assertEquals(4, registry.asked(BLOBS).size());
  }

  @Test
  void aRegistryThatWantsALongPauseIsNotWaitedFor() {
    registry.fault(BLOBS, Faults.status(429, "Retry-After", "86400"));
    RegistryException failure = assertThrows(RegistryException.class, this::inOnePiece);
    assertEquals(429, failure.status());
    assertEquals(1, registry.asked(BLOBS).size());
  }

  @Test
  void errorsThatStayAreNotTriedAgain() {
    registry.fault(
        BLOBS,
        Faults.body(
            403,
            "application/json",
            "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\u001b[31m\"}]}"));
    RegistryException failure = assertThrows(RegistryException.class, this::inOnePiece);
    assertEquals(List.of("DENIED"), failure.codes());
    assertEquals(1, registry.asked(BLOBS).size());
  }

  @Test
  void tellsWhatIsMissing() {
    registry.blobs("app").clear();
    assertThrows(NotFoundException.class, this::inOnePiece);
  }

  @DisplayName("F88: an encoding that was not asked for is refused")
  @Test
  void refusesEncodings() {
    registry.fault(BLOBS, Faults.header("Content-Encoding", "gzip"));
    assertThrows(RegistryException.class, this::inOnePiece);
  }

  @Test
  void sha512IsVerified() throws IOException {
    Digest digest = new Digest("sha512", sha512(content));
    blob = Descriptor.of(MediaType.OCI_LAYER, digest, content.length);
    registry.blobs("app").put(digest, content);
    assertArrayEquals(content, inRanges());
    registry.blobs("app").put(digest, "x".repeat(10_500).getBytes(StandardCharsets.US_ASCII));
    assertThrows(DigestMismatchException.class, this::inRanges);
  }

  private static String sha512(byte[] bytes) {
    Digest any = new Digest("sha512", "0".repeat(128));
    return HexFormat.of().formatHex(any.newMessageDigest().digest(bytes));
  }
}
