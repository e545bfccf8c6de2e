package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The registries that options describe, and those that they do not. Safe for use by several threads. */
final class Hosts {
  private static final String DOCKER_HUB = "docker.io";
  private static final URI DOCKER_HUB_API = URI.create("https://registry-1.docker.io");

  /** Where the JVM was told of proxies itself, the environment does not count. */
  private static final List<String> JVM_PROXIES =
      List.of("http.proxyHost", "https.proxyHost", "socksProxyHost", "java.net.useSystemProxies");

  private final RegistryOptions options;
  private final EnvironmentProxies environment;
  private final Map<Origin, HostOptions> configured = new ConcurrentHashMap<>();
  private final Map<Connections, HttpClient> clients = new ConcurrentHashMap<>();

  /** Which connections a client may share: those of the same options, and with or without encryption. */
  private record Connections(HostOptions host, boolean secure) {}

  /**
   * Reads the options.
   *
   * @param options the options
   * @throws RegistryException if an endpoint is no address of HTTP, or the environment names a proxy that is none
   */
  Hosts(RegistryOptions options) throws RegistryException {
    this(options, isJvmTold() ? Map.of() : System.getenv());
  }

  /** Reads the options, and the proxies of an environment. */
  Hosts(RegistryOptions options, Map<String, String> environment) throws RegistryException {
    this.options = options;
    this.environment = EnvironmentProxies.of(environment);
    for (Map.Entry<String, HostOptions> host : options.hosts().entrySet()) {
      configured.put(Origin.of(address(host.getKey())), host.getValue());
    }
  }

  private static boolean isJvmTold() {
    return JVM_PROXIES.stream().anyMatch(name -> System.getProperty(name) != null);
  }

  /** Returns the API of a registry. */
  Endpoint endpoint(String registry) throws RegistryException {
    return Endpoint.of(registry, address(registry), Optional.empty());
  }

  /** Returns where images of a registry may be had: the mirrors, then itself. */
  List<Endpoint> sources(String registry) throws RegistryException {
    List<Endpoint> sources = new ArrayList<>();
    for (HostOptions.Mirror mirror : options(registry).mirrors()) {
      Optional<String> namespace = mirror.proxy() ? Optional.of(registry) : Optional.empty();
      sources.add(Endpoint.of(mirror.host(), address(mirror.host()), namespace));
    }
    sources.add(endpoint(registry));
    return sources;
  }

  private HostOptions options(String registry) {
    return options.hosts().getOrDefault(registry, HostOptions.DEFAULT);
  }

  private URI address(String registry) throws RegistryException {
    HostOptions host = options(registry);
    if (host.endpoint().isPresent()) {
      return host.endpoint().get();
    }
    if (registry.equals(DOCKER_HUB)) {
      return DOCKER_HUB_API;
    }
    try {
      return new URI((host.plainHttp() ? "http://" : "https://") + registry);
    } catch (URISyntaxException e) {
      throw new RegistryException(registry, "is no host of a registry");
    }
  }

  /**
   * Requires that an address may be asked: by HTTPS any, without encryption only those that the options name.
   *
   * @param request what is asked, for messages
   * @throws RegistryException if it may not
   */
  void requireAllowed(Origin origin, String request) throws RegistryException {
    if (!origin.isSecure()) {
      HostOptions host = configured.get(origin);
      if (host == null || !host.plainHttp()) {
        throw new RegistryException(
            request, "plain HTTP is only used with hosts that are configured so");
      }
    }
  }

  /** Whether a registry may name that host as its token service, wherever it is. */
  boolean trustsRealm(String registry, String host) {
    return options(registry).trustedRealms().contains(host);
  }

  /** Finds the credentials for a repository of a registry or a mirror, by its own name. */
  Optional<Credentials> credentials(String registry, String repository) throws IOException {
    Optional<Credentials> own = options(registry).credentials();
    return own.isPresent() ? own : options.credentials().find(registry, repository);
  }

  /** Returns the HTTP client for an address. What is configured for one registry is not shown to another. */
  HttpClient client(Origin origin) throws IOException {
    HostOptions host = configured.getOrDefault(origin, HostOptions.DEFAULT);
    Connections connections = new Connections(host, origin.isSecure());
    HttpClient known = clients.get(connections);
    if (known != null) {
      return known;
    }
    HttpClient made = connect(host, origin.isSecure());
    HttpClient before = clients.putIfAbsent(connections, made);
    return before == null ? made : before;
  }

  /** Returns what to prove to the proxy on the way to an address; empty if there is no proxy, or it wants nothing. */
  Optional<Credentials> proxyCredentials(Origin origin) {
    HostOptions host = configured.getOrDefault(origin, HostOptions.DEFAULT);
    if (host.proxy().isEmpty()) {
      return environment.find(origin).flatMap(ProxyServer::credentials);
    }
    boolean proxied = host.proxy().get().select(URI.create(origin.toString())).stream()
        .anyMatch(proxy -> proxy.type() == Proxy.Type.HTTP);
    return proxied ? host.proxyCredentials() : Optional.empty();
  }

  /** HTTP/1.1: over HTTP/2 all layers would share one connection, and one window. */
  private HttpClient connect(HostOptions host, boolean secure) throws IOException {
    HttpClient.Builder client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(options.connectTimeout());
    if (host.proxy().isPresent()) {
      client.proxy(host.proxy().get());
    } else if (environment.isPresent()) {
      client.proxy(environment);
    }
    if (!secure) {
      client.sslContext(Tls.trustingNobody());
    } else if (host.hasTls()) {
      client.sslContext(Tls.context(host));
    }
    return client.build();
  }
}
