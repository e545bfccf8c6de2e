package dev.layerfs.registry;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists that registries deliver page by page, each with a {@code Link} to the next (RFC 8288). */
final class Pages {
  private final Transport transport;
  private final Limits limits;
  private final int maxNames;
  private final int maxEmptyPages; // those with names are bounded by the names

  Pages(Transport transport, Limits limits, int maxNames, int maxEmptyPages) {
    this.transport = transport;
    this.limits = limits;
    this.maxNames = maxNames;
    this.maxEmptyPages = maxEmptyPages;
  }

  /** Takes the entries out of a page. */
  @FunctionalInterface
  interface Reader<T> {
    List<T> read(JsonObject page, Response response) throws IOException;
  }

  /**
   * Reads a whole list.
   *
   * @param first asks for the first page
   * @param reader takes the entries out
   * @return the entries; empty if the registry answers that there is no such list
   */
  <T> Optional<List<T>> read(Request first, Reader<T> reader) throws IOException {
    List<T> all = new ArrayList<>();
    Optional<Request> request = Optional.of(first);
    int emptyPages = 0;
    while (request.isPresent()) {
      try (Response response = transport.send(request.get())) {
        if (response.status() == 404) {
          return Optional.empty();
        }
        response.expect(200);
        List<T> page = reader.read(document(response), response);
        all.addAll(page);
        emptyPages += page.isEmpty() ? 1 : 0;
        require(response, "maxNames", maxNames, all.size());
        require(response, "maxEmptyPages", maxEmptyPages, emptyPages);
        Optional<URI> next = next(response);
        request = next.map(uri -> first.at(uri, false));
      }
    }
    return Optional.of(all);
  }

  private static void require(Response response, String limit, int maximum, int count)
      throws LimitExceededException {
    if (count > maximum) {
      throw new LimitExceededException(response.request(), limit, maximum);
    }
  }

  private JsonObject document(Response response) throws IOException {
    byte[] content = response.read("maxDocumentBytes", limits.maxDocumentBytes());
    return new JsonReader(limits.maxDocumentBytes(), limits.maxDocumentDepth())
        .readObject(content, response.request());
  }

  /**
   * Finds the next page.
   *
   * @return its address; empty after the last page
   * @throws RegistryException if the {@code Link} is malformed or leads to another host
   */
  static Optional<URI> next(Response response) throws RegistryException {
    Optional<String> link = Links.target(response.headers().allValues("Link"), "next");
    return link.isPresent() ? Optional.of(sameOrigin(link.get(), response)) : Optional.empty();
  }

  private static URI sameOrigin(String link, Response response) throws RegistryException {
    URI next;
    try {
      next = response.uri().resolve(new URI(link));
    } catch (URISyntaxException e) {
      throw response.problem("has a malformed Link");
    }
    if (!Origin.of(next).equals(Origin.of(response.uri()))) {
      throw response.problem("has a Link to another host");
    }
    return next;
  }
}
