package dev.layerfs.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.layerfs.registry.TestRegistry.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a registry does wrong. */
final class Faults {
  private Faults() {}

  /** Answers with a status, and the header fields given by names and values. */
  static Fault status(int status, String... fields) {
    return exchange -> {
      for (int i = 0; i < fields.length; i += 2) {
        exchange.getResponseHeaders().add(fields[i], fields[i + 1]);
      }
      TestRegistry.answer(exchange, status, new byte[0]);
      return true;
    };
  }

  /** Answers with a body. */
  static Fault body(int status, String type, String body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      TestRegistry.answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
      return true;
    };
  }

  static Fault redirect(int status, String location) {
    return status(status, "Location", location);
  }

  /** Adds a header field to what would be answered. */
  static Fault header(String name, String value) {
    return exchange -> {
      exchange.getResponseHeaders().add(name, value);
      return false;
    };
  }

  /** Closes the connection without a response. */
  static Fault hangUp() {
    return exchange -> {
      throw new IOException("hangs up");
    };
  }

  /** Sends a body as fast as it can, until nobody listens. */
  static Fault endless(String type) {
    return exchange -> {
      byte[] block = new byte[8 << 10];
      Arrays.fill(block, (byte) ' ');
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, 0);
      while (true) {
        exchange.getResponseBody().write(block);
      }
    };
  }

  /** Sends the beginning of a body, and then nothing more. */
  static Fault stall(TestRegistry registry, byte[] content, int at) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, at);
      exchange.getResponseBody().flush();
      registry.hang();
      return true;
    };
  }

  /** Answers a request for a range, or for all, with a range that the test chooses. */
  static Fault range(byte[] content, int from, int to, String contentRange) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Range", contentRange);
      TestRegistry.answer(exchange, 206, Arrays.copyOfRange(content, from, to));
      return true;
    };
  }

  static void ok(HttpExchange exchange, byte[] content) throws IOException {
    TestRegistry.answer(exchange, 200, content);
  }
}
