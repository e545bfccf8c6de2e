package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What token services answer (distribution, "Token Authentication Specification"). */
final class TokenServiceTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final long DAY = 86_400;

  private TestRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Token fetch(String answer, Scope... scopes) throws IOException {
    registry.fault("GET /token", Faults.body(200, "application/json", answer));
    RegistryOptions options = registry.options().build();
    Hosts hosts = new Hosts(options);
    TokenService service = new TokenService(
        new Wire(hosts, Duration.ofSeconds(20), options.maxHeaderBytes()),
        new RealmRules(hosts),
        new Retries(options, new CountDownLatch(1)),
        Clock.fixed(NOW, ZoneOffset.UTC),
        options.maxTokenBytes());
    return service.fetch(
        hosts.endpoint(registry.host()),
        registry.uri("/token").toString(),
        Optional.of("tests"),
        List.of(scopes),
        null);
  }

  @DisplayName(
      "AUT-05: a token that does not say how long it is good is so for a minute, and none for more than a day")
  @ParameterizedTest
  @CsvSource({"'', 60", "',\"expires_in\":300', 300", "',\"expires_in\":9999999999', 86400"})
  void tokensExpire(String member, long seconds) throws IOException {
    Token token = fetch("{\"token\":\"t\"" + member + "}", Scope.pull("app"));
    assertTrue(seconds <= DAY);
    assertTrue(token.isFresh(NOW.plusSeconds(seconds - 6)), token.toString());
    assertFalse(token.isFresh(NOW.plusSeconds(seconds)), token.toString());
  }

  @DisplayName("AUT-03: each scope is a parameter of its own")
  @Test
  void scopesAreRepeated() throws IOException {
    fetch("{\"token\":\"t\"}", Scope.push("app"), Scope.pull("base"));
    assertEquals(
        List.of("GET /token?service=tests&scope=repository%3Aapp%3Apull%2Cpush"
            + "&scope=repository%3Abase%3Apull"),
        registry.asked("GET /token"));
  }

  @DisplayName(
      "AUT-04, AUT-08: a token has either name, any visible characters, and is not looked into")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"a.b.c~/+=\",\"access_token\":\"a.b.c~/+=\"}",
        "{\"access_token\":\"a.b.c~/+=\"}",
        "{\"token\":\"\",\"access_token\":\"a.b.c~/+=\"}"
      })
  void aTokenIsOpaque(String answer) throws IOException {
    assertEquals("a.b.c~/+=", fetch(answer, Scope.pull("app")).value());
  }

  @DisplayName("AUT-04: an answer without a token is none")
  @Test
  void anAnswerHasAToken() {
    assertThrows(RegistryException.class, () -> fetch("{\"expires_in\":60}", Scope.CATALOG));
  }
}
