package dev.layerfs.registry;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registry, before credentials are added and redirects followed. Immutable.
 *
 * @param endpoint the registry
 * @param method the method
 * @param uri where it goes; credentials only if this is of the registry's origin
 * @param headers header fields, none of them secret
 * @param body what is sent
 * @param scopes what a token has to allow
 * @param repeatable whether it may be sent again when it is not known what became of it
 */
record Request(
    Endpoint endpoint,
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable RequestBody body,
    List<Scope> scopes,
    boolean repeatable) {

  static Request of(Endpoint endpoint, String method, URI uri, Scope... scopes) {
    return new Request(endpoint, method, uri, Map.of(), null, List.of(scopes), true);
  }

  static Request get(Endpoint endpoint, String path, Query query, Scope scope) {
    return of(endpoint, "GET", endpoint.api(path, query), scope);
  }

  Request with(String header, String value) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(header, value);
    return new Request(endpoint, method, uri, all, body, scopes, repeatable);
  }

  Request with(RequestBody content) {
    return new Request(endpoint, method, uri, headers, content, scopes, repeatable);
  }

  /** Returns the request for one attempt: whoever sends it knows better how to go on. */
  Request once() {
    return new Request(endpoint, method, uri, headers, body, scopes, false);
  }

  /** Returns the request at another address, as a redirect has it. */
  Request at(URI other, boolean asGet) {
    return new Request(
        endpoint, asGet ? "GET" : method, other, headers, asGet ? null : body, scopes, repeatable);
  }

  /** The request for messages. Addresses that a registry gave may hold signatures; only their host is named. */
  String place() {
    String own = endpoint.base();
    boolean ours = uri.toString().startsWith(own + "/v2/") && uri.getRawPath() != null;
    String name = endpoint.registry();
    return method + " "
        + (ours
            ? name + uri.getRawPath()
            : name + " at " + uri.getScheme() + "://" + uri.getHost());
  }
}
