package dev.layerfs.registry;

import com.google.common.net.InetAddresses;
import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as curl and Go read it: {@code https_proxy}, {@code http_proxy} and {@code no_proxy},
 * in small letters or capitals. Immutable.
 *
 * <p>{@code no_proxy} has hosts, separated by commas: a name stands for itself and for all names that end in a dot and it, with
 * a port for that port alone, {@code *} for every host, {@code 10.0.0.0/8} for hosts that are addressed by number. This machine
 * is never asked through a proxy.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final Optional<ProxyServer> forSecure;
  private final Optional<ProxyServer> forPlain;
  private final List<String> direct;

  private EnvironmentProxies(
      Optional<ProxyServer> forSecure, Optional<ProxyServer> forPlain, List<String> direct) {
    this.forSecure = forSecure;
    this.forPlain = forPlain;
    this.direct = List.copyOf(direct);
  }

  /**
   * Reads the environment.
   *
   * @param environment its variables
   * @throws RegistryException if one of them names no proxy that can be used
   */
  static EnvironmentProxies of(Map<String, String> environment) throws RegistryException {
    String hosts = value(environment, "no_proxy").toLowerCase(Locale.ROOT);
    return new EnvironmentProxies(
        ProxyServer.parse("https_proxy", value(environment, "https_proxy")),
        ProxyServer.parse("http_proxy", plain(environment)),
        Arrays.stream(hosts.split(",", -1)).map(String::strip).toList());
  }

  /** Programs that a web server runs (CGI) find a header {@code Proxy} of its clients in the variable in capitals. */
  private static String plain(Map<String, String> environment) {
    return environment.containsKey("REQUEST_METHOD")
        ? environment.getOrDefault("http_proxy", "")
        : value(environment, "http_proxy");
  }

  private static String value(Map<String, String> environment, String variable) {
    String small = environment.getOrDefault(variable, "");
    return small.isEmpty()
        ? environment.getOrDefault(variable.toUpperCase(Locale.ROOT), "")
        : small;
  }

  /** Whether there are any. */
  boolean isPresent() {
    return forSecure.isPresent() || forPlain.isPresent();
  }

  /** Finds the proxy on the way to an address. */
  Optional<ProxyServer> find(Origin origin) {
    Optional<ProxyServer> proxy = origin.isSecure() ? forSecure : forPlain;
    return proxy.filter(there -> !isThisMachine(origin.host()) && !isDirect(origin));
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost")
        || address(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Reads an address as URIs have it; empty for a name, which is not looked up: the proxy may know another address of it. */
  private static Optional<InetAddress> address(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return InetAddresses.isInetAddress(bare)
        ? Optional.of(InetAddresses.forString(bare))
        : Optional.empty();
  }

  private static boolean isWithin(String range, String host) {
    Optional<InetAddress> address = address(host);
    return address.isPresent()
        && AddressRange.parse(range).filter(each -> each.has(address.get())).isPresent();
  }

  private boolean isDirect(Origin origin) {
    String port = ":" + origin.port();
    for (String listed : direct) {
      String name =
          listed.endsWith(port) ? listed.substring(0, listed.length() - port.length()) : listed;
      String domain = name.startsWith(".") ? name : "." + name;
      if (name.equals("*")
          || name.equals(origin.host())
          || domain.length() > 1 && origin.host().endsWith(domain)
          || isWithin(listed, origin.host())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<Proxy> select(URI address) {
    try {
      return find(Origin.of(address)).map(server -> List.of(server.proxy())).orElse(DIRECT);
    } catch (RegistryException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // the request fails, and says so
  }
}
