package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each row of the catalogue of attacks has a test, and docs/security.md names it. A test is one of a row by its method's name,
 * {@code row93…} or {@code row1And2…}, or by the text that it shows, which begins with sections and numbers of rows.
 */
final class CatalogueTest {
  private static final int ROWS = 121;
  private static final Path PROJECT = Path.of("..");
  private static final Pattern NAME = Pattern.compile("void (row[0-9]+(?:And[0-9]+)*)");
  private static final Pattern SHOWN = Pattern.compile("\"([FGH][0-9]+(?:, [FGH][0-9]+)*):? ?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern TABLE = Pattern.compile("(?m)^\\| ([0-9]+) \\| [^|]* \\| (.*) \\|$");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z]+)`");

  @Test
  void everyRowHasATestThatTheDocumentNames() throws IOException {
    SortedMap<String, String> sources = sources();
    SortedMap<Integer, SortedSet<String>> documented = documented();
    assertEquals(IntStream.rangeClosed(1, ROWS).boxed().toList(), List.copyOf(documented.keySet()));
    SortedSet<Integer> tested = new TreeSet<>();
    sources.forEach((name, source) -> {
      for (int row : rows(source)) {
        tested.add(row);
        assertTrue(documented.get(row).contains(name), () -> "row " + row + " lacks " + name);
      }
    });
    assertEquals(documented.keySet(), tested);
    documented
        .values()
        .forEach(names -> assertTrue(sources.keySet().containsAll(names), names::toString));
  }

  /** The tests' sources, by the names of their classes. */
  private static SortedMap<String, String> sources() throws IOException {
    SortedMap<String, String> sources = new TreeMap<>();
    for (String module : List.of("layerfs-core", "layerfs-overlay")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = file.getFileName().toString();
          if (name.endsWith(".java")) {
            sources.put(name.substring(0, name.indexOf('.')), Files.readString(file));
          }
        }
      }
    }
    return sources;
  }

  private static List<Integer> rows(String source) {
    return Stream.of(NAME, SHOWN)
        .flatMap(pattern -> pattern.matcher(source).results())
        .flatMap(test -> NUMBER.matcher(test.group(1)).results())
        .map(MatchResult::group)
        .map(Integer::valueOf)
        .toList();
  }

  private static SortedMap<Integer, SortedSet<String>> documented() throws IOException {
    SortedMap<Integer, SortedSet<String>> documented = new TreeMap<>();
    String text = Files.readString(PROJECT.resolve("docs/security.md"));
    for (Matcher row = TABLE.matcher(text); row.find(); ) {
      SortedSet<String> names = new TreeSet<>();
      CLASS.matcher(row.group(2)).results().forEach(name -> names.add(name.group(1)));
      assertTrue(documented.put(Integer.valueOf(row.group(1)), names) == null, row::group);
    }
    return documented;
  }
}
