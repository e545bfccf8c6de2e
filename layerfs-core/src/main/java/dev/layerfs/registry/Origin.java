package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.net.URI;
import java.util.Locale;

/**
 * Where a request goes: what credentials are bound to, and redirects are judged by (RFC 6454).
 *
 * @param scheme {@code https} or {@code http}
 * @param host the host, in lower case
 * @param port the port, never left out
 */
record Origin(String scheme, String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Returns the origin of an address.
   *
   * @throws RegistryException if it is no address of HTTP, or has a user in it, which would be a credential
   */
  static Origin of(URI uri) throws RegistryException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("https");
    if (!secure && !scheme.equals("http")
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      throw new RegistryException(
          "the address of a registry", "must be https://HOST or http://HOST");
    }
    int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
    if (port == 0 || port > MAX_PORT) {
      throw new RegistryException(uri.getHost(), "has no port " + port);
    }
    return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** The origin as people write it: a default port is left out. */
  @Override
  public String toString() {
    boolean usual = port == (isSecure() ? 443 : 80);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }
}
