package dev.layerfs.examples;

import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import dev.layerfs.registry.SearchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Searches Docker Hub. */
@Command(
    name = "search",
    description = "Search Docker Hub.",
    footer = {"", "Example:", "  layerfs search debian --limit 5"})
final class SearchCommand extends BaseCommand {
  @Parameters(paramLabel = "TERM", description = "What to search for.")
  private String term = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "25",
      description = "How many results at most. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Override
  void run() throws IOException {
    try (RegistryClient client = RegistryClient.open(RegistryOptions.DEFAULT)) {
      write(out(), json(), client.search(term, limit));
    }
  }

  /** Prints what was found. */
  static void write(PrintWriter out, boolean json, List<SearchResult> results) {
    if (json) {
      List<Map<String, Object>> documents = new ArrayList<>();
      results.forEach(result -> documents.add(document(result)));
      Json.writeLines(out, documents.iterator());
      return;
    }
    Table table = new Table("NAME", ">STARS", "OFFICIAL", "DESCRIPTION");
    for (SearchResult result : results) {
      String official = result.official() ? "yes" : "";
      table.row(result.name(), Long.toString(result.stars()), official, result.description());
    }
    table.print(out);
  }

  private static Map<String, Object> document(SearchResult result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", result.name());
    document.put("description", result.description());
    document.put("stars", result.stars());
    document.put("pulls", result.pulls());
    document.put("official", result.official());
    return document;
  }
}
