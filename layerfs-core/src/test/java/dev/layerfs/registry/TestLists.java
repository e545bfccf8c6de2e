package dev.layerfs.registry;

import static dev.layerfs.registry.TestRegistry.answer;
import static dev.layerfs.registry.TestRegistry.error;

import com.sun.net.httpserver.HttpExchange;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.TestRegistry.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The lists of a {@link TestRegistry}, in pages of two. */
final class TestLists {
  private static final int PAGE = 2;

  private final TestRegistry registry;

  TestLists(TestRegistry registry) {
    this.registry = registry;
  }

  void tags(HttpExchange exchange, String repository) throws IOException {
    if (!registry.repositories().contains(repository)) {
      error(exchange, 404, "NAME_UNKNOWN", repository);
      return;
    }
    List<String> tags = registry.manifests(repository).keySet().stream()
        .filter(Reference::isTag)
        .toList();
    names(exchange, "tags", tags);
  }

  void repositories(HttpExchange exchange) throws IOException {
    names(exchange, "repositories", registry.repositories());
  }

  private void names(HttpExchange exchange, String kind, List<String> all) throws IOException {
    String last = TestUploads.parameter(exchange, "last").orElse("");
    List<String> rest = all.stream().filter(name -> name.compareTo(last) > 0).toList();
    List<String> page = rest.subList(0, Math.min(PAGE, rest.size()));
    if (page.size() < rest.size()) {
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "<" + exchange.getRequestURI().getPath() + "?n=2&last=" + page.get(page.size() - 1)
                  + ">; rel=\"next\"");
    }
    String json = page.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer(
        exchange,
        200,
        ("{\"name\":\"x\",\"" + kind + "\":[" + json + "]}").getBytes(StandardCharsets.UTF_8));
  }

  void referrers(HttpExchange exchange, String repository, Digest subject) throws IOException {
    if (!registry.hasReferrers()) {
      error(exchange, 404, "UNSUPPORTED", "no referrers");
      return;
    }
    List<Descriptor> found = new ArrayList<>();
    for (Map.Entry<String, Stored> entry : registry.manifests(repository).entrySet()) {
      Stored stored = entry.getValue();
      if (stored.type().isManifest() && entry.getKey().contains(":")) {
        Manifest manifest = Manifest.parse(stored.content(), stored.type(), Limits.DEFAULT);
        if (manifest.subject().isPresent() && manifest.subject().get().digest().equals(subject)) {
          found.add(manifest
              .descriptor()
              .withAnnotations(manifest.annotations())
              .withArtifactType(manifest.artifactType().orElse(manifest.config().mediaType())));
        }
      }
    }
    Index index = Index.empty().withManifests(found);
    exchange.getResponseHeaders().set("Content-Type", index.mediaType().value());
    answer(exchange, 200, index.bytes());
  }
}
