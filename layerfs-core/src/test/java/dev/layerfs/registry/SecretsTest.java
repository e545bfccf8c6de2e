package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F87: a server that repeats what it was told does not get it into messages, stack traces or logs. */
final class SecretsTest {
  private static final String CANARY = "canary-S3cret";
  private static final String ENCODED =
      Base64.getEncoder().encodeToString(("tester:" + CANARY).getBytes(StandardCharsets.UTF_8));

  /** Everything that is logged while it is there. */
  private static final class Log extends Handler implements AutoCloseable {
    private final StringBuilder text = new StringBuilder();
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();

    Log() {
      setLevel(Level.ALL);
      root.setLevel(Level.ALL);
      root.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord record) {
      text.append(record.getMessage()).append(record.getThrown()).append('\n');
      if (record.getParameters() != null) {
        text.append(List.of(record.getParameters()));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      root.removeHandler(this);
      root.setLevel(before);
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String failureOf(Credentials credentials, RawServer server) throws IOException {
    RegistryOptions options = ClientOptions.quick()
        .retries(0, Duration.ofNanos(2))
        .idleTimeout(Duration.ofSeconds(5))
        .host(
            server.host(),
            HostOptions.builder().plainHttp().credentials(credentials).build())
        .build();
    try (RegistryClient client = RegistryClient.open(options)) {
      Reference app = Reference.parse(server.host() + "/app:1");
      return trace(assertThrows(IOException.class, () -> client.manifest(app)));
    }
  }

  /** Asks for credentials, and then answers with a text in which SECRET stands for what was sent. */
  private static String repeat(String head, String scheme, String answer) {
    int at = head.indexOf("Authorization: ");
    if (at < 0) {
      return "HTTP/1.1 401 x\r\nWWW-Authenticate: " + scheme
          + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    String sent = head.substring(at + 15, head.indexOf('\n', at));
    return answer.replace(
        "SECRET", sent + " " + sent.substring(sent.indexOf(' ') + 1) + " " + CANARY);
  }

  @DisplayName("F85, F87, F88: hostile responses that repeat the secret")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 x\r\nConnection: close\r\n\r\n{\"errors\":[{\"code\":\"SECRET\",\"message\":\"SECRET\"}]}",
        "HTTP/1.1 403 SECRET\r\nConnection: close\r\n\r\nSECRET",
        "SECRET\r\n\r\n",
        "HTTP/1.1 SECRET\r\n\r\n",
        "HTTP/1.1 200 x\r\nSECRET\r\n\r\n",
        "HTTP/1.1 200 x\r\nContent-Length: SECRET\r\n\r\n",
        "HTTP/1.1 200 x\r\nContent-Type: SECRET\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 x\r\nContent-Encoding: SECRET\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 x\r\nDocker-Content-Digest: SECRET\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nSECRET\r\n",
        "HTTP/1.1 302 x\r\nLocation: https://SECRET/\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/SECRET?SECRET\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 302 x\r\nLocation: /v2/x\r\n SECRET\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 401 x\r\nWWW-Authenticate: Bearer realm=\"SECRET\"\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 401 x\r\nWWW-Authenticate: Bearer realm=\"http://SECRET/\"\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 401 x\r\nWWW-Authenticate: Bearer realm=\"https://127.0.0.1:1/?SECRET\"\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 x\r\nContent-Type: application/json\r\nConnection: close\r\n\r\nSECRET"
      })
  void nothingIsRepeated(String answer) throws IOException {
    try (Log log = new Log()) {
      for (Credentials credentials :
          List.of(Credentials.basic("tester", CANARY), Credentials.bearer(CANARY))) {
        String scheme = credentials.basicHeader().contains(ENCODED)
            ? "Basic realm=\"x\""
            : "Bearer realm=\"https://localhost/\"";
        try (RawServer server = new RawServer(head -> repeat(head, scheme, answer))) {
          String failure = failureOf(credentials, server);
          assertFalse(failure.contains(CANARY), failure);
          assertFalse(failure.contains(ENCODED), failure);
        }
      }
      assertFalse(log.text.toString().contains(CANARY), log.text.toString());
      assertFalse(log.text.toString().contains(ENCODED), log.text.toString());
    }
  }

  @DisplayName("F88: interim responses without end")
  @Test
  void interimResponsesEnd() throws IOException {
    try (RawServer server =
        new RawServer(head -> "HTTP/1.1 102 Processing\r\n\r\n".repeat(10_000))) {
      failureOf(Credentials.bearer("x"), server);
    }
  }

  @DisplayName("F88: headers without end")
  @ParameterizedTest
  @ValueSource(ints = {70_000, 10_000_000})
  void headersEnd(int bytes) throws IOException {
    try (RawServer server = new RawServer(head -> "HTTP/1.1 200 x\r\n"
        + ("X-Header: " + "y".repeat(1_000) + "\r\n").repeat(bytes / 1_000)
        + "Connection: close\r\n\r\n{}")) {
      failureOf(Credentials.bearer("x"), server);
    }
  }

  @Test
  void nothingPrintsASecret() {
    Credentials basic = Credentials.basic("tester", CANARY);
    HostOptions host = HostOptions.builder().credentials(basic).build();
    RegistryOptions options = RegistryOptions.builder().host("x", host).build();
    Token token = new Token(CANARY, Instant.EPOCH);
    for (Object each : List.of(
        basic,
        Credentials.bearer(CANARY),
        Credentials.identityToken(CANARY),
        host,
        options,
        token,
        new Redaction(List.of(CANARY)),
        Optional.of(basic))) {
      assertFalse(each.toString().contains(CANARY), each.getClass().toString());
    }
    assertTrue(basic.toString().contains("tester"));
    for (String bad : List.of(CANARY + "\r\nX: y", CANARY + " ")) {
      String message = assertThrows(IllegalArgumentException.class, () -> Credentials.bearer(bad))
          .getMessage();
      assertFalse(message.contains(CANARY), message);
    }
    assertEquals(basic, Credentials.basic("tester", CANARY));
  }
}
