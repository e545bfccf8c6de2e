package dev.layerfs.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.layerfs.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry in memory, on a port of this machine that no other machine can reach: as much of the distribution specification
 * (1.1) as a push and a pull need. One request at a time.
 */
final class DemoRegistry implements Closeable {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;

  /** A blob or a document. */
  private record Content(String type, byte[] bytes) {}

  private final HttpServer server;
  private final Map<String, Content> contents = new ConcurrentHashMap<>(); // by their paths

  private DemoRegistry(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @return an empty registry
   * @throws IOException if there is no port to be had
   */
  static DemoRegistry start() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    DemoRegistry registry = new DemoRegistry(HttpServer.create(anyPort, 0));
    registry.server.createContext("/v2/", registry::answer);
    registry.server.start();
    return registry;
  }

  /** Returns what images in it are called by before the first slash. */
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] received = exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestMethod()) {
        case "HEAD", "GET" -> deliver(exchange);
        case "POST" -> begin(exchange);
        case "PUT" -> keep(exchange, received);
        default -> exchange.sendResponseHeaders(NOT_ALLOWED, -1);
      }
    }
  }

  private void deliver(HttpExchange exchange) throws IOException {
    Content content = contents.get(exchange.getRequestURI().getPath());
    if (content == null) {
      exchange.sendResponseHeaders(NOT_FOUND, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", content.type());
    if (exchange.getRequestMethod().equals("HEAD")) {
      String length = String.valueOf(content.bytes().length);
      exchange.getResponseHeaders().set("Content-Length", length);
      exchange.sendResponseHeaders(OK, -1);
      return;
    }
    exchange.sendResponseHeaders(OK, content.bytes().length == 0 ? -1 : content.bytes().length);
    exchange.getResponseBody().write(content.bytes());
  }

  private static void begin(HttpExchange exchange) throws IOException {
    String address = exchange.getRequestURI().getPath() + UUID.randomUUID();
    exchange.getResponseHeaders().set("Location", address);
    exchange.sendResponseHeaders(ACCEPTED, -1);
  }

  /** What is sent is known by its digest from now on, a manifest also by its tag. */
  private void keep(HttpExchange exchange, byte[] received) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    Content content = new Content(Objects.requireNonNullElse(type, ""), received);
    String digest = Digest.sha256(received).toString();
    int upload = path.indexOf("uploads/");
    if (upload >= 0) {
      contents.put(path.substring(0, upload) + digest, content);
    } else {
      contents.put(path, content);
      contents.put(path.substring(0, path.lastIndexOf('/') + 1) + digest, content);
    }
    exchange.getResponseHeaders().set("Location", path);
    exchange.sendResponseHeaders(CREATED, -1);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
