package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.net.URI;
import java.util.Optional;

/**
 * The API of a registry or of a mirror.
 *
 * @param registry the host as references name it; credentials are looked up by it
 * @param origin where the API is
 * @param base the address that {@code /v2/} is appended to
 * @param namespace the registry that a proxy is asked for; only proxies are told (distribution-spec, "Registry Proxying")
 */
record Endpoint(String registry, Origin origin, String base, Optional<String> namespace) {
  static Endpoint of(String registry, URI address, Optional<String> namespace)
      throws RegistryException {
    String text = address.toString();
    String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return new Endpoint(registry, Origin.of(address), base, namespace);
  }

  /** Returns the address of an API: {@code path} comes after {@code /v2/} and consists of checked names. */
  URI api(String path, Query query) {
    Query all = namespace.isPresent() ? query.and("ns", namespace.get()) : query;
    return URI.create(base + "/v2/" + path + all);
  }
}
