package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.TestRegistry.Asked;
import dev.layerfs.registry.TestRegistry.Fault;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told what secret. */
final class AuthorizationTest {
  private static final String CANARY = "canary-S3cret";
  private static final Credentials USER = Credentials.basic("tester", CANARY);
  private static final TestImage IMAGE =
      new TestImage().layer(new TarBuilder().file("etc/motd", "hello"));

  private final Set<String> valid = ConcurrentHashMap.newKeySet();
  private final AtomicInteger issued = new AtomicInteger();
  private TestRegistry registry;
  private TestRegistry other;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry().image("app", "1", IMAGE).image("base", "1", IMAGE);
    other = new TestRegistry().image("app", "1", IMAGE);
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  private RegistryClient client(RegistryOptions.Builder options) throws IOException {
    return RegistryClient.open(options.build());
  }

  private RegistryOptions.Builder options() {
    return registry
        .options()
        .host(other.host(), HostOptions.builder().plainHttp().build())
        .credentials(host -> host.equals(registry.host()) ? Optional.of(USER) : Optional.empty());
  }

  private Reference app() throws IOException {
    return Reference.parse(registry.host() + "/app:1");
  }

  private static Fault unlessSent(String authorization, String challenge) {
    return exchange -> !authorization.equals(sent(exchange))
        && Faults.status(401, "WWW-Authenticate", challenge).happens(exchange);
  }

  private static String sent(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  /** Wants a token, which the service at an address gives. */
  private Fault wantToken(String realm) {
    return exchange -> {
      String sent = sent(exchange);
      return !(sent.startsWith("Bearer ") && valid.contains(sent.substring(7)))
          && Faults.status(
                  401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"tests\"")
              .happens(exchange);
    };
  }

  /** Gives tokens to everybody. */
  private Fault giveToken(String name) {
    return exchange -> {
      String token = "token-" + CANARY + issued.incrementAndGet();
      valid.add(token);
      return Faults.body(200, "application/json", "{\"" + name + "\":\"" + token + "\"}")
          .happens(exchange);
    };
  }

  private static List<String> authorizations(TestRegistry server) {
    return server.asked().stream()
        .map(each -> each.header("authorization").orElse("none"))
        .toList();
  }

  @Test
  void basicIsSentWhenAskedForAndFromThenOn() throws IOException {
    registry.fault("GET .*", unlessSent(USER.basicHeader(), "Basic realm=\"x\""));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
      client.tags(app());
    }
    assertEquals(List.of("none", USER.basicHeader(), USER.basicHeader()), authorizations(registry));
  }

  @Test
  void withoutCredentialsTheRefusalStands() throws IOException {
    registry.fault("GET .*", unlessSent("x", "Basic realm=\"x\""));
    try (RegistryClient client = client(registry.options())) {
      RegistryException failure =
          assertThrows(RegistryException.class, () -> client.manifest(app()));
      assertEquals(401, failure.status());
    }
    assertEquals(1, registry.asked().size());
  }

  @Test
  void wrongCredentialsAreSentOnce() throws IOException {
    registry.fault("GET .*", unlessSent("x", "Basic realm=\"x\""));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertEquals(2, registry.asked().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "access_token"})
  void aTokenIsFetchedOnceAndUsedForTheSameScope(String name) throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken(name));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
      client.manifest(app());
      client.tags(app());
    }
    List<Asked> asked = registry.asked();
    assertEquals(
        "GET /token?service=tests&scope=repository%3Aapp%3Apull", asked.get(1).toString());
    assertEquals(USER.basicHeader(), asked.get(1).header("authorization").orElseThrow());
    assertEquals(1, registry.asked("GET /token").size());
  }

  @Test
  void anotherRepositoryNeedsAnotherToken() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken("token"));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
      client.manifest(Reference.parse(registry.host() + "/base:1"));
    }
    assertEquals(2, registry.asked("GET /token").size());
  }

  @DisplayName("F79: credentials of one repository are not used for another of the same registry")
  @Test
  void credentialsOfRepositoriesAreKeptApart(@TempDir Path directory) throws IOException {
    registry.fault("GET .*", unlessSent("x", "Basic realm=\"x\""));
    String entry = "\"" + registry.host() + "/%s\":{\"username\":\"%s\",\"password\":\"p\"}";
    Path file = Files.writeString(
        directory.resolve("auth.json"),
        "{\"auths\":{" + entry.formatted("app", "one") + "," + entry.formatted("base", "two")
            + "}}");
    try (RegistryClient client = client(registry.options().credentials(DockerConfig.of(file)))) {
      for (String repository : List.of("app", "base", "third")) {
        Reference image = Reference.parse(registry.host() + "/" + repository + ":1");
        assertThrows(RegistryException.class, () -> client.manifest(image));
      }
    }
    assertEquals(
        List.of(
            "none",
            Credentials.basic("one", "p").basicHeader(),
            Credentials.basic("two", "p").basicHeader(),
            "none"),
        authorizations(registry));
  }

  @Test
  void anAnonymousTokenIsAskedForWithoutCredentials() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken("token"));
    try (RegistryClient client = client(registry.options())) {
      client.manifest(app());
    }
    assertEquals("none", authorizations(registry).get(1));
  }

  @Test
  void anExpiredTokenIsReplaced() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken("token"));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
      valid.clear();
      client.manifest(app());
    }
    assertEquals(2, registry.asked("GET /token").size());
  }

  @Test
  void aTokenThatIsNeverGoodEnoughIsNotFetchedForEver() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", Faults.body(200, "application/json", "{\"token\":\"useless\"}"));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertTrue(registry.asked("GET /token").size() <= 2);
  }

  @Test
  void aTokenServiceThatIsBusyIsAskedAgain() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", 1, Faults.status(429, "Retry-After", "0"))
        .fault("GET /token", 1, Faults.hangUp())
        .fault("GET /token", giveToken("token"));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
    }
    assertTrue(registry.asked("GET /token").size() >= 3);
  }

  @Test
  void anIdentityTokenIsExchanged() throws IOException {
    List<String> forms = new ArrayList<>();
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("POST /token", exchange -> {
          forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          return giveToken("access_token").happens(exchange);
        });
    try (RegistryClient client = client(
        registry.options().credentials(host -> Optional.of(Credentials.identityToken(CANARY))))) {
      client.manifest(app());
    }
    assertEquals(
        List.of("grant_type=refresh_token&client_id=layerfs&service=tests"
            + "&scope=repository%3Aapp%3Apull&refresh_token=" + CANARY),
        forms);
    assertEquals("none", authorizations(registry).get(1));
  }

  @Test
  void aRegistryTokenIsSentAsItIs() throws IOException {
    registry.fault(
        "GET .*", unlessSent("Bearer " + CANARY, "Bearer realm=\"https://nowhere.invalid/\""));
    try (RegistryClient client =
        client(registry.options().credentials(host -> Optional.of(Credentials.bearer(CANARY))))) {
      client.manifest(app());
    }
    assertEquals(2, registry.asked().size());
  }

  @DisplayName("F76: after a redirect to another origin nothing secret is sent")
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsLoseCredentials(int status) throws IOException {
    String path = "/v2/app/manifests/1";
    registry
        .fault("GET .*", unlessSent(USER.basicHeader(), "Basic realm=\"x\""))
        .fault("GET " + path, Faults.redirect(status, other.uri(path).toString()));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
    }
    assertEquals(List.of("none"), authorizations(other));
  }

  @DisplayName(
      "F75, F79: another origin that wants credentials gets none, and no token of the registry's")
  @ParameterizedTest
  @ValueSource(strings = {"Basic realm=\"x\"", "Bearer realm=\"REALM\",service=\"tests\""})
  void anotherOriginCannotAsk(String challenge) throws IOException {
    String path = "/v2/app/manifests/1";
    registry
        .fault("GET /v2/.*", unlessSent(USER.basicHeader(), "Basic realm=\"x\""))
        .fault("GET " + path, Faults.redirect(307, other.uri(path).toString()));
    String asked = challenge.replace("REALM", other.uri("/token").toString());
    other.fault(".* /v2/.*", Faults.status(401, "WWW-Authenticate", asked));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertEquals(List.of("none"), authorizations(other));
  }

  @DisplayName("F76: within the origin credentials stay")
  @Test
  void redirectsWithinTheOriginKeepThem() throws IOException {
    registry
        .fault("GET .*", unlessSent(USER.basicHeader(), "Basic realm=\"x\""))
        .fault("GET /v2/app/manifests/1", Faults.redirect(307, "../../base/manifests/1"));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
    }
    assertEquals("GET /v2/base/manifests/1", registry.asked().get(2).toString());
    assertEquals(USER.basicHeader(), authorizations(registry).get(2));
  }

  @DisplayName("F76, F81: a redirect to http that is not configured so is not followed")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:PORT/x",
        "http://[::1]:PORT/x",
        "http://user:pw@localhost:PORT/x",
        "ftp://localhost/x",
        "file:///etc/passwd",
        "https://localhost:0/x",
        "https://localhost:99999/x",
        "http://local host/x",
        "//",
        ""
      })
  void badRedirectsAreRefused(String location) throws IOException {
    String target = location.replace("PORT", "" + other.port());
    registry.fault("GET .*", target.isEmpty() ? Faults.status(307) : Faults.redirect(307, target));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertEquals(List.of(), other.asked());
    assertTrue(registry.asked().size() <= RegistryOptions.DEFAULT.maxRedirects() + 1);
  }

  @DisplayName("F89: a redirect loop ends")
  @Test
  void loopsEnd() throws IOException {
    registry.fault("GET .*", Faults.redirect(302, "/v2/app/manifests/1"));
    try (RegistryClient client = client(options())) {
      LimitExceededException loop =
          assertThrows(LimitExceededException.class, () -> client.manifest(app()));
      assertEquals("maxRedirects=10", loop.limit() + "=" + loop.maximum());
    }
    assertEquals(11, registry.asked().size());
  }

  @DisplayName("F77: a realm that may not be asked is not asked")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:PORT/token",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]/token",
        "https://user:pw@localhost/token",
        "file:///etc/passwd",
        "https://localhost:PORT/token#fragment",
        "/token",
        "no address",
        ""
      })
  void badRealmsAreRefused(String realm) throws IOException {
    registry.fault("GET .*", wantToken(realm.replace("PORT", "" + other.port())));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertEquals(List.of(), other.asked());
    assertEquals(1, registry.asked().size());
  }

  @DisplayName(
      "F77: a token service on another port of the same machine is one, if the registry is on this machine")
  @Test
  void aServiceAsNearAsTheRegistryIsAsked() throws IOException {
    registry.fault(".* /v2/.*", wantToken(other.uri("/token").toString()));
    other.fault("GET /token", giveToken("token"));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
    }
    assertEquals(1, other.asked().size());
  }

  @DisplayName("a token service that leads elsewhere is not followed")
  @Test
  void tokenServicesDoNotRedirect() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", Faults.redirect(307, other.uri("/token").toString()));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
    assertEquals(List.of(), other.asked());
  }

  @DisplayName("F85: a token with a line break is in no header")
  @ParameterizedTest
  @ValueSource(strings = {"a\\r\\nX-Evil: 1", "a b", "", "\\u00e9"})
  void badTokensAreRefused(String token) throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", Faults.body(200, "text/html", "{\"token\":\"" + token + "\"}"));
    try (RegistryClient client = client(options())) {
      assertThrows(RegistryException.class, () -> client.manifest(app()));
    }
  }

  @DisplayName("F79: the token of one registry is not sent to another")
  @Test
  void tokensStayWithTheirRegistry() throws IOException {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken("token"));
    other.fault(".* /v2/.*", wantToken(registry.uri("/token").toString()));
    try (RegistryClient client = client(options())) {
      client.manifest(app());
      client.manifest(Reference.parse(other.host() + "/app:1"));
    }
    List<Asked> tokens =
        registry.asked().stream().filter(each -> each.path().equals("/token")).toList();
    assertEquals(2, tokens.size(), "the same realm, service and scope, but another registry");
    assertEquals(Optional.empty(), tokens.get(1).header("authorization"));
    String first = registry.asked().get(2).header("authorization").orElseThrow();
    assertFalse(authorizations(other).contains(first));
  }

  @DisplayName("F78: an upload to another host gets the content and no credentials")
  @Test
  void uploadsElsewhereHaveNoCredentials() throws IOException {
    registry
        .fault(".*", unlessSent(USER.basicHeader(), "Basic realm=\"x\""))
        .fault(
            "POST .*",
            Faults.status(202, "Location", other.uri("/v2/app/blobs/uploads/x").toString()));
    other.fault("PUT .*", Faults.status(201));
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    try (RegistryClient client = client(options())) {
      client.pushBlob(
          app(),
          Descriptor.ofContent(MediaType.OCI_LAYER, content),
          () -> new ByteArrayInputStream(content),
          Optional.empty(),
          bytes -> {});
    }
    assertEquals(List.of("none"), authorizations(other));
  }

  @DisplayName("F81: without the option nothing is asked without encryption")
  @Test
  void plainHttpIsAChoice() throws IOException {
    try (RegistryClient client = client(ClientOptions.quick()
        .retries(0, Duration.ofNanos(2))
        .idleTimeout(Duration.ofMillis(500)))) {
      assertThrows(IOException.class, () -> client.manifest(app()));
    }
    assertEquals(List.of(), registry.asked());
  }

  @DisplayName("F76: encryption is not given up, not even towards a host that may be asked without")
  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:PORT/x", "HTTP://registry.example/x"})
  void encryptionStays(String location) {
    Response response = new Response(
        "GET x",
        URI.create("https://registry.example/v2/x"),
        307,
        HttpHeaders.of(
            Map.of("Location", List.of(location.replace("PORT", "" + registry.port()))),
            (name, value) -> true),
        InputStream.nullInputStream(),
        Redaction.NONE);
    assertThrows(RegistryException.class, () -> Redirects.target(response));
  }

  @Test
  void threadsShareAToken() throws Exception {
    registry
        .fault(".* /v2/.*", wantToken(registry.uri("/token").toString()))
        .fault("GET /token", giveToken("token"));
    Reference app = app();
    try (RegistryClient client = client(options())) {
      List<Callable<RemoteManifest>> reads = Collections.nCopies(8, () -> client.manifest(app));
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<RemoteManifest> read : threads.invokeAll(reads)) {
          assertEquals(IMAGE.manifest().descriptor(), read.get().descriptor());
        }
      } finally {
        threads.shutdown();
      }
    }
    assertEquals(1, registry.asked("GET /token").size());
  }
}
