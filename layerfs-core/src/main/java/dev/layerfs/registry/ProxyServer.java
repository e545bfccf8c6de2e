package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A proxy, and what to prove to it.
 *
 * @param host its host
 * @param port its port
 * @param credentials a user and a password, for it alone
 */
record ProxyServer(String host, int port, Optional<Credentials> credentials) {
  private static final int USUAL_PORT = 80; // of http, as elsewhere

  /**
   * Reads the value of an environment variable, {@code http://user:password@host:port} or part of that; empty for none.
   *
   * @throws RegistryException if it is no proxy that can be used; the message does not have the value
   */
  static Optional<ProxyServer> parse(String variable, String value) throws RegistryException {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI address = new URI(value.contains("://") ? value : "http://" + value);
      String host = address.getHost();
      if (host == null || !"http".equalsIgnoreCase(address.getScheme())) {
        throw unusable(variable);
      }
      int port = address.getPort() < 0 ? USUAL_PORT : address.getPort();
      return Optional.of(new ProxyServer(
          host, port, Optional.ofNullable(address.getRawUserInfo()).map(ProxyServer::credentials)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw unusable(variable);
    }
  }

  private static RegistryException unusable(String variable) {
    return new RegistryException(
        "the environment variable " + variable, "has no proxy of the form http://host:port");
  }

  /** The proxy as the JDK wants it; its name is looked up when it is asked. */
  Proxy proxy() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  private static Credentials credentials(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? Credentials.basic(decode(userInfo), "")
        : Credentials.basic(
            decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1)));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
