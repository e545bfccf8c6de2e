package dev.layerfs.registry;

import static dev.layerfs.registry.TestRegistry.answer;
import static dev.layerfs.registry.TestRegistry.error;
import static dev.layerfs.registry.TestRegistry.require;

import com.sun.net.httpserver.HttpExchange;
import dev.layerfs.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The uploads to a {@link TestRegistry}. Every response has a new address: clients must use the last one (DST-52). */
final class TestUploads {
  private final TestRegistry registry;
  private final Map<String, ByteArrayOutputStream> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  TestUploads(TestRegistry registry) {
    this.registry = registry;
  }

  void handle(HttpExchange exchange, String repository, String session) throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      begin(exchange, repository);
      return;
    }
    ByteArrayOutputStream received = sessions.remove(session);
    if (received == null) {
      error(exchange, 404, "BLOB_UPLOAD_UNKNOWN", "no such upload, or an old address of it");
      return;
    }
    switch (exchange.getRequestMethod()) {
      case "PATCH" -> chunk(exchange, repository, received);
      case "GET" -> {
        address(exchange, repository, received);
        answer(exchange, 204, new byte[0]);
      }
      case "PUT" -> end(exchange, repository, received);
      case "DELETE" -> answer(exchange, 204, new byte[0]);
      default -> error(exchange, 405, "UNSUPPORTED", "");
    }
  }

  private void begin(HttpExchange exchange, String repository) throws IOException {
    require(
        "0".equals(exchange.getRequestHeaders().getFirst("Content-Length")),
        "DST-44: the first request has a Content-Length of 0");
    Optional<String> mount = parameter(exchange, "mount");
    Optional<String> from = parameter(exchange, "from");
    if (registry.hasMounts() && mount.isPresent() && from.isPresent()) {
      Digest digest = Digest.parse(mount.get());
      byte[] content = registry.blobs(from.get()).get(digest);
      if (content != null) {
        registry.blobs(repository).put(digest, content);
        exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/" + digest);
        answer(exchange, 201, new byte[0]);
        return;
      }
    }
    address(exchange, repository, new ByteArrayOutputStream());
    answer(exchange, 202, new byte[0]);
  }

  private void chunk(HttpExchange exchange, String repository, ByteArrayOutputStream received)
      throws IOException {
    String range = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range"));
    require(range.matches("[0-9]+-[0-9]+"), "DST-49: Content-Range " + range);
    long from = Long.parseLong(range.substring(0, range.indexOf('-')));
    long to = Long.parseLong(range.substring(range.indexOf('-') + 1));
    byte[] content = exchange.getRequestBody().readAllBytes();
    require(content.length == to - from + 1, "DST-47: Content-Range is inclusive on both ends");
    if (from != received.size()) {
      address(exchange, repository, received);
      error(exchange, 416, "BLOB_UPLOAD_INVALID", "out of order");
      return;
    }
    received.write(content);
    address(exchange, repository, received);
    answer(exchange, 202, new byte[0]);
  }

  private void end(HttpExchange exchange, String repository, ByteArrayOutputStream received)
      throws IOException {
    received.write(exchange.getRequestBody().readAllBytes());
    Digest digest = Digest.parse(parameter(exchange, "digest").orElseThrow());
    if (!digest.matches(received.toByteArray())) {
      error(exchange, 400, "DIGEST_INVALID", "the content has another digest");
      return;
    }
    registry.blobs(repository).put(digest, received.toByteArray());
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
    exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/" + digest);
    answer(exchange, 201, new byte[0]);
  }

  private void address(HttpExchange exchange, String repository, ByteArrayOutputStream received) {
    String session = "session-" + next.incrementAndGet();
    sessions.put(session, received);
    exchange
        .getResponseHeaders()
        .set("Location", "/v2/" + repository + "/blobs/uploads/" + session + "?state=a%2Fb");
    exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, received.size() - 1));
  }

  /** Has all uploads forgotten, as a registry that was restarted does. */
  void forget() {
    sessions.clear();
  }

  static Optional<String> parameter(HttpExchange exchange, String name) {
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    return Arrays.stream(query.split("&"))
        .filter(each -> each.startsWith(name + "="))
        .map(each -> URLDecoder.decode(each.substring(name.length() + 1), StandardCharsets.UTF_8))
        .findFirst();
  }
}
