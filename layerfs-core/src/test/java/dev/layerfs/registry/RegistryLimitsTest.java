package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Reference;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit of {@link RegistryOptions}, set low and exceeded: the error has its name. Set a little higher it is kept. */
final class RegistryLimitsTest {
  private static final String LIST = "GET /v2/app/tags/list";

  /** A limit, what registries do that is too much for it, and the value that is just enough. */
  record Case(
      String limit,
      int enough,
      Function<RegistryOptions.Builder, Function<Integer, RegistryOptions.Builder>> setter) {
    @Override
    public String toString() {
      return limit;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("maxNames", 3, builder -> builder::maxNames),
        new Case("maxEmptyPages", 2, builder -> builder::maxEmptyPages),
        new Case("maxRedirects", 2, builder -> builder::maxRedirects),
        new Case("maxHeaderBytes", 5_000, builder -> builder::maxHeaderBytes),
        new Case("maxTokenBytes", 3_000, builder -> builder::maxTokenBytes));
  }

  private static TestRegistry registry() throws IOException {
    TestRegistry registry =
        new TestRegistry().image("app", "1", new TestImage().layer(new TarBuilder()));
    String tags = "{\"tags\":[\"a\",\"b\",\"c\"]}";
    String token = "{\"token\":\"" + "t".repeat(2_500) + "\"}";
    return registry
        .fault(LIST, 2, exchange -> {
          exchange.getResponseHeaders().set("Link", "</v2/app/tags/list>; rel=\"next\"");
          return Faults.body(200, "application/json", "{\"tags\":[]}").happens(exchange);
        })
        .fault(LIST, Faults.body(200, "application/json", tags))
        .fault("GET /v2/app/manifests/1", 1, Faults.redirect(307, "/v2/app/manifests/1"))
        .fault("GET /v2/app/manifests/1", 1, Faults.redirect(307, "/v2/app/manifests/1"))
        .fault("GET /token", Faults.body(200, "application/json", token))
        .fault("GET /v2/app/manifests/1", 1, unauthorized(registry))
        .fault("GET /v2/app/manifests/1", Faults.header("X-Long", "x".repeat(4_000)));
  }

  private static TestRegistry.Fault unauthorized(TestRegistry registry) {
    return Faults.status(
        401, "WWW-Authenticate", "Bearer realm=\"" + registry.uri("/token") + "\",service=\"x\"");
  }

  private static void ask(Case tried, int value) throws IOException {
    try (TestRegistry registry = registry()) {
      RegistryOptions options =
          tried.setter().apply(registry.options()).apply(value).build();
      try (RegistryClient client = RegistryClient.open(options)) {
        client.tags(Reference.parse(registry.host() + "/app"));
        client.manifest(Reference.parse(registry.host() + "/app:1"));
      } catch (MalformedImageException e) {
        throw new AssertionError(e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exceededItNamesItself(Case tried) throws IOException {
    ask(tried, tried.enough());
    int low = tried.limit().endsWith("Bytes") ? tried.enough() / 2 : tried.enough() - 1;
    LimitExceededException e = assertThrows(LimitExceededException.class, () -> ask(tried, low));
    assertEquals(tried.limit() + "=" + low, e.limit() + "=" + e.maximum());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isPositive(Case wrong) {
    RegistryOptions.Builder builder =
        wrong.setter().apply(RegistryOptions.builder()).apply(0);
    assertThrows(IllegalArgumentException.class, builder::build);
  }
}
