package dev.layerfs.registry;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tags of a repository and the repositories of a registry. */
final class Listings {
  private static final Query PAGE = Query.of("n", "1000");

  private final Pages pages;

  Listings(Pages pages) {
    this.pages = pages;
  }

  /**
   * Lists tags.
   *
   * @throws NotFoundException if there is no such repository
   */
  List<String> tags(Endpoint endpoint, Reference repository) throws IOException {
    String name = repository.repository();
    Request first = Request.get(endpoint, name + "/tags/list", PAGE, Scope.pull(name));
    return pages
        .read(first, Listings::tags)
        .orElseThrow(() -> new NotFoundException("repository", repository.name()));
  }

  private static List<String> tags(JsonObject page, Response response) throws IOException {
    List<String> tags = page.strings("tags");
    for (String tag : tags) {
      if (!Reference.isTag(tag)) {
        throw response.problem("lists a tag that is none");
      }
    }
    return tags;
  }

  /**
   * Lists repositories.
   *
   * @throws NotFoundException if the registry does not list them
   */
  List<String> repositories(Endpoint endpoint) throws IOException {
    Request first = Request.get(endpoint, "_catalog", PAGE, Scope.CATALOG);
    Optional<List<String>> all =
        pages.read(first, (page, response) -> repositories(endpoint, page, response));
    return all.orElseThrow(() -> new NotFoundException("catalog", endpoint.registry()));
  }

  private static List<String> repositories(Endpoint endpoint, JsonObject page, Response response)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : page.strings("repositories")) {
      try {
        names.add(new Reference(endpoint.registry(), name, Optional.empty(), Optional.empty())
            .repository());
      } catch (IllegalArgumentException e) {
        throw response.problem("lists a repository whose name is none");
      }
    }
    return names;
  }
}
