package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.registry.SearchResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is printed of a search; the search itself is tested with the client. */
final class SearchCommandTest {
  private static final List<SearchResult> FOUND = List.of(
      new SearchResult("library/debian", "Debian\u001b[31m", 5, 7, true),
      new SearchResult("x/debian", "", 0, 0, false));

  private static String written(boolean json) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    SearchCommand.write(out, json, FOUND);
    out.flush();
    return text.toString();
  }

  @Test
  void printsATableWithoutControlCharacters() {
    List<String> lines = written(false).lines().toList();
    assertEquals("NAME            STARS  OFFICIAL  DESCRIPTION", lines.get(0));
    assertEquals(
        "library/debian      5  yes       " + Human.printable("Debian\u001b[31m"), lines.get(1));
    assertEquals("x/debian            0", lines.get(2));
  }

  @Test
  void printsJson() {
    List<?> all =
        (List<?>) JsonReader.unbounded().read(written(true).getBytes(StandardCharsets.UTF_8));
    Map<?, ?> first = (Map<?, ?>) all.get(0);
    assertEquals("library/debian", first.get("name"));
    assertEquals("7", String.valueOf(first.get("pulls")));
    assertEquals(true, first.get("official"));
  }
}
