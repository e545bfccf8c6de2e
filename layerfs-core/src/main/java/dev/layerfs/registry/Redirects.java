package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Reads where a response leads to. The JDK's client would send headers along to any host (JDK 17 even {@code
 * Authorization}); so redirects are followed here, and whoever follows decides what goes along.
 */
final class Redirects {
  private Redirects() {}

  /** Returns where a redirect leads to; empty if the response is none. */
  static Optional<URI> target(Response response) throws RegistryException {
    return switch (response.status()) {
      case 301, 302, 303, 307, 308 -> Optional.of(location(response));
      default -> Optional.empty();
    };
  }

  /** Whether the redirect is to be followed with a GET whatever the method was (RFC 9110, section 15.4.4). */
  static boolean becomesGet(int status, String method) {
    boolean safe = method.equals("GET") || method.equals("HEAD");
    return !safe && (status == 303 || (status == 301 || status == 302) && method.equals("POST"));
  }

  /**
   * Reads a {@code Location}, relative or absolute.
   *
   * @throws RegistryException if it is missing, malformed, no address of HTTP, has a user in it, or gives up encryption
   */
  static URI location(Response response) throws RegistryException {
    String text =
        response.header("Location").orElseThrow(() -> response.problem("has no Location"));
    URI target;
    try {
      target = response.uri().resolve(new URI(text));
    } catch (URISyntaxException e) {
      throw response.problem("has a malformed Location");
    }
    if (Origin.of(response.uri()).isSecure() && !Origin.of(target).isSecure()) {
      throw response.problem("leads from https to http");
    }
    return target;
  }
}
