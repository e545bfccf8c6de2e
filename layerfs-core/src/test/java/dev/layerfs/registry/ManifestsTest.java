package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests of a registry that may answer with anything. */
final class ManifestsTest {
  private static final TestImage IMAGE =
      new TestImage().layer(new TarBuilder().file("etc/motd", "hello"));
  private static final Manifest MANIFEST = IMAGE.manifest();
  private static final Digest OTHER = Digest.sha256(new byte[0]);
  private static final String GET = "GET /v2/app/manifests/.*";

  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private TestRegistry registry;
  private RegistryClient client;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry().image("app", "1", IMAGE);
    client = RegistryClient.open(registry
        .options()
        .limits(Limits.DEFAULT.toBuilder().maxDocumentBytes(100_000).build())
        .warnings(warnings::add)
        .build());
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private Reference app(String suffix) throws IOException {
    return Reference.parse(registry.host() + "/app" + suffix);
  }

  @DisplayName("DST-07, DST-11: by tag, and by digest")
  @Test
  void readsByTagAndByDigest() throws IOException {
    RemoteManifest tagged = client.manifest(app(":1"));
    assertEquals(MANIFEST.descriptor(), tagged.descriptor());
    assertArrayEquals(MANIFEST.bytes(), tagged.content());
    Digest digest = MANIFEST.descriptor().digest();
    assertEquals(MANIFEST.descriptor(), client.manifest(app(":other@" + digest)).descriptor());
    assertEquals(List.of(), registry.complaints());
  }

  @Test
  void readsByTheDefaultTag() throws IOException {
    registry.image("app", "latest", IMAGE);
    assertEquals(MANIFEST.descriptor(), client.manifest(app("")).descriptor());
  }

  @DisplayName("DST-01, DST-135: a registry that sends none of Docker's headers will do")
  @Test
  void needsNoHeaders() throws IOException {
    registry.fault(".*", exchange -> {
      Faults.ok(exchange, MANIFEST.bytes());
      return true;
    });
    assertEquals(MANIFEST.descriptor(), client.manifest(app(":1")).descriptor());
    assertEquals(MANIFEST.descriptor(), client.resolve(app(":1")));
  }

  @Test
  void resolvesWithoutReading() throws IOException {
    assertEquals(MANIFEST.descriptor(), client.resolve(app(":1")));
    assertEquals(List.of(), registry.asked(GET));
  }

  @DisplayName("DST-13: parameters of the Content-Type do not matter")
  @Test
  void ignoresParameters() throws IOException {
    registry.fault(
        GET,
        Faults.body(
            200,
            MediaType.OCI_MANIFEST + "; charset=utf-8",
            new String(MANIFEST.bytes(), StandardCharsets.UTF_8)));
    assertEquals(MANIFEST.descriptor(), client.manifest(app(":1")).descriptor());
  }

  @DisplayName("F82, DST-18: a Docker-Content-Digest that lies")
  @Test
  void comparesTheDigestHeader() {
    registry.fault(GET, exchange -> {
      exchange.getResponseHeaders().set("Docker-Content-Digest", OTHER.toString());
      return Faults.body(
              200,
              MediaType.OCI_MANIFEST.value(),
              new String(MANIFEST.bytes(), StandardCharsets.UTF_8))
          .happens(exchange);
    });
    assertThrows(DigestMismatchException.class, () -> client.manifest(app(":1")));
  }

  @DisplayName("DST-19: another manifest than the one of the digest")
  @Test
  void row73ComparesTheDigestThatWasAskedFor() {
    registry.put("app", "", MANIFEST.mediaType(), MANIFEST.bytes());
    registry
        .manifests("app")
        .put(OTHER.toString(), new TestRegistry.Stored(MANIFEST.mediaType(), MANIFEST.bytes()));
    assertThrows(DigestMismatchException.class, () -> client.manifest(app("@" + OTHER)));
  }

  @DisplayName("DST-15: a Content-Type that is not the document's mediaType")
  @Test
  void comparesTheTypes() {
    registry.fault(
        GET,
        Faults.body(
            200,
            MediaType.DOCKER_MANIFEST.value(),
            new String(MANIFEST.bytes(), StandardCharsets.UTF_8)));
    assertThrows(MalformedImageException.class, () -> {
      RemoteManifest read = client.manifest(app(":1"));
      Manifest.parse(read.descriptor(), read.content(), Limits.DEFAULT);
    });
  }

  @DisplayName("F89: what is no manifest is an error with a name")
  @ParameterizedTest
  @CsvSource({
    "text/html, <html>login</html>",
    "application/json, <html>",
    "application/json, ''",
    "application/json, []",
    "no type, {}",
  })
  void refusesWhatIsNoManifest(String type, String body) {
    registry.fault(GET, Faults.body(200, type, body));
    IOException failure = assertThrows(IOException.class, () -> client.manifest(app(":1")));
    assertTrue(
        failure instanceof RegistryException || failure instanceof MalformedImageException,
        failure.toString());
  }

  @Test
  void refusesSchemaOne() {
    registry.fault(
        GET,
        Faults.body(
            200,
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "{\"schemaVersion\":1}"));
    assertThrows(UnsupportedImageException.class, () -> {
      RemoteManifest read = client.manifest(app(":1"));
      Manifest.parse(read.descriptor(), read.content(), Limits.DEFAULT);
    });
  }

  @Test
  void aManifestHasALimit() {
    registry.fault(GET, Faults.endless(MediaType.OCI_MANIFEST.value()));
    LimitExceededException failure =
        assertThrows(LimitExceededException.class, () -> client.manifest(app(":1")));
    assertEquals("maxDocumentBytes", failure.limit());
  }

  @DisplayName("F88: headers have a limit")
  @Test
  void headersHaveALimit() {
    registry.fault(GET, Faults.header("X-Large", "x".repeat(70_000)));
    LimitExceededException failure =
        assertThrows(LimitExceededException.class, () -> client.manifest(app(":1")));
    assertEquals("maxHeaderBytes", failure.limit());
    assertEquals(1, registry.asked().size());
  }

  @Test
  void anErrorPageIsRead() {
    registry.fault(GET, Faults.endless("text/html"));
    registry.fault(GET, 1, Faults.status(404));
    assertThrows(IOException.class, () -> client.manifest(app(":1")));
  }

  @Test
  void tellsOfWhatIsMissing() {
    String message = assertThrows(NotFoundException.class, () -> client.manifest(app(":none")))
        .getMessage();
    assertTrue(message.contains(registry.host() + "/app:none"), message);
  }

  @Test
  void retriesAreBounded() {
    registry.fault(GET, Faults.status(503));
    assertThrows(RegistryException.class, () -> client.manifest(app(":1")));
    assertEquals(4, registry.asked(GET).size());
  }

  @Test
  void aDateInRetryAfterIsUnderstood() throws IOException {
    registry.fault(GET, 1, Faults.status(429, "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));
    client.manifest(app(":1"));
    assertEquals(2, registry.asked(GET).size());
  }

  @Test
  void theClientsEndIsTheEndOfAPause() throws Exception {
    registry.fault(GET, Faults.status(503, "Retry-After", "59"));
    Reference app = app(":1");
    Thread closer = new Thread(() -> {
      while (registry.asked().isEmpty()) {
        Thread.onSpinWait();
      }
      client.close();
    });
    closer.start();
    assertThrows(IOException.class, () -> client.manifest(app));
    closer.join();
  }

  @DisplayName("DST-153, DST-154: warnings are told, each once")
  @Test
  void tellsWarningsOnce() throws IOException {
    registry.fault(GET, Faults.header("Warning", "299 - \"old \\\"tag\\\"\""));
    registry.fault(GET, Faults.header("Warning", "110 - \"stale\""));
    client.manifest(app(":1"));
    client.manifest(app(":1"));
    assertEquals(List.of("old \"tag\""), warnings);
  }

  @DisplayName("mirrors come first, and what they lack or spoil comes from the registry")
  @ParameterizedTest
  @ValueSource(strings = {"has it", "lacks it", "lies", "is down"})
  void asksMirrors(String how) throws IOException {
    TestRegistry mirror = new TestRegistry().image("app", "1", IMAGE);
    try (mirror) {
      switch (how) {
        case "lacks it" -> mirror.fault(".*", Faults.status(404));
        case "lies" -> mirror.fault(".*", Faults.body(200, MediaType.OCI_MANIFEST.value(), "{}"));
        case "is down" -> mirror.fault(".*", Faults.hangUp());
        default -> {
          // as it is
        }
      }
      RegistryOptions options = mirror
          .options()
          .retries(0, Duration.ofNanos(2))
          .credentials(host -> Optional.of(Credentials.basic("u", host)))
          .host(
              registry.host(),
              HostOptions.builder()
                  .plainHttp()
                  .mirror(new HostOptions.Mirror(mirror.host(), true))
                  .build())
          .build();
      try (RegistryClient mirrored = RegistryClient.open(options)) {
        Digest digest = MANIFEST.descriptor().digest();
        mirrored.manifest(app("@" + digest));
        assertEquals(how.equals("has it") ? 0 : 1, registry.asked().size());
        assertEquals(
            "GET /v2/app/manifests/" + digest + "?ns=localhost%3A" + registry.port(),
            mirror.asked().get(0).toString());
        mirrored.blob(app(""), MANIFEST.layers().get(0)).close();
      }
    }
  }

  @DisplayName(
      "DST-133, DST-134: a mirror gets its own credentials, and no ns unless it is a proxy")
  @Test
  void credentialsAreNotTheMirrors() throws IOException {
    try (TestRegistry mirror = new TestRegistry().image("app", "1", IMAGE)) {
      for (TestRegistry each : List.of(mirror, registry)) {
        each.fault(GET, exchange -> {
          boolean known = exchange.getRequestHeaders().containsKey("Authorization");
          return !known
              && Faults.status(401, "WWW-Authenticate", "Basic realm=\"x\"").happens(exchange);
        });
      }
      mirror.manifests("app").clear();
      HostOptions.Mirror plain = new HostOptions.Mirror(mirror.host(), false);
      RegistryOptions options = mirror
          .options()
          .credentials(host -> Optional.of(Credentials.basic("user", host)))
          .host(registry.host(), HostOptions.builder().plainHttp().mirror(plain).build())
          .build();
      try (RegistryClient mirrored = RegistryClient.open(options)) {
        mirrored.manifest(app(":1"));
      }
      for (TestRegistry each : List.of(mirror, registry)) {
        TestRegistry.Asked asked = each.asked().get(1);
        String expected = Credentials.basic("user", each.host()).basicHeader();
        assertEquals(expected, asked.header("Authorization").orElseThrow());
        assertEquals("GET /v2/app/manifests/1", asked.toString());
      }
    }
  }

  @Test
  void asksThroughAProxy() throws IOException {
    HostOptions through = HostOptions.builder()
        .plainHttp()
        .proxy(ProxySelector.of(new InetSocketAddress("localhost", registry.port())))
        .build();
    RegistryOptions options =
        ClientOptions.quick().host("registry.invalid:5000", through).build();
    try (RegistryClient proxied = RegistryClient.open(options)) {
      Reference app = Reference.parse("registry.invalid:5000/app:1");
      assertEquals(MANIFEST.descriptor(), proxied.manifest(app).descriptor());
    }
    assertEquals("registry.invalid:5000", registry.asked().get(0).header("Host").orElseThrow());
  }
}
