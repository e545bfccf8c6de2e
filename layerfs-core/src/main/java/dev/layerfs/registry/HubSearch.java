package dev.layerfs.registry;

import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The search of Docker Hub, which is no part of the distribution specification and needs no credentials. */
final class HubSearch {
  /** The host that it is configured by. */
  static final String HOST = "hub.docker.com";

  private static final int PAGE = 100;

  private final Transport transport;
  private final Limits limits;

  HubSearch(Transport transport, Limits limits) {
    this.transport = transport;
    this.limits = limits;
  }

  /** Searches; pages are counted, and links to the next one ignored. */
  List<SearchResult> search(Endpoint hub, String term, int maximum) throws IOException {
    List<SearchResult> results = new ArrayList<>();
    boolean more = true;
    for (int page = 1; more && results.size() < maximum; page++) {
      Query query = Query.of("query", term)
          .and("page", Integer.toString(page))
          .and("page_size", Integer.toString(Math.min(maximum, PAGE)));
      URI uri = URI.create(hub.base() + "/v2/search/repositories/" + query);
      try (Response response = transport.send(Request.of(hub, "GET", uri))) {
        JsonObject document = document(response.expect(200));
        List<JsonObject> found = document.objects("results");
        for (JsonObject each : found) {
          results.add(result(each));
        }
        more = document.has("next") && !found.isEmpty();
      }
    }
    return results.size() > maximum ? List.copyOf(results.subList(0, maximum)) : results;
  }

  private JsonObject document(Response response) throws IOException {
    byte[] content = response.read("maxDocumentBytes", limits.maxDocumentBytes());
    return new JsonReader(limits.maxDocumentBytes(), limits.maxDocumentDepth())
        .readObject(content, response.request());
  }

  private static SearchResult result(JsonObject json) throws IOException {
    return new SearchResult(
        json.string("repo_name"),
        json.optionalString("short_description").orElse(""),
        json.has("star_count") ? json.unsigned("star_count") : 0,
        json.has("pull_count") ? json.unsigned("pull_count") : 0,
        json.flag("is_official"));
  }
}
