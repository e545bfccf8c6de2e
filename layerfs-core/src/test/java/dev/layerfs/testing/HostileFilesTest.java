package dev.layerfs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No archive is left out: those that are listed are run by {@code HostileArchivesTest}, or by {@code HostileDocumentsTest} if
 * they are documents, and all that are there are listed.
 */
final class HostileFilesTest {
  @Test
  void everyFileIsListed() throws IOException {
    requireListed(HostileCase.hostile(), 1, "cases.tsv");
    requireListed(HostileCase.corpus(), 2, "MANIFEST.tsv");
  }

  private static void requireListed(List<HostileCase> cases, int levels, String list)
      throws IOException {
    assumeFalse(cases.isEmpty(), "no folder with " + list);
    Path folder = cases.get(0).file();
    for (int i = 0; i < levels; i++) {
      folder = folder.getParent();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(
          files
              .filter(file -> Files.isRegularFile(file) && !file.endsWith(list))
              .collect(Collectors.toCollection(TreeSet::new)),
          cases.stream().map(HostileCase::file).collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void everyListedFileIsRun() {
    List<HostileCase> cases = HostileCase.hostile();
    assumeFalse(cases.isEmpty(), "no folder of hostile archives");
    List<String> left = Stream.concat(cases.stream(), HostileCase.corpus().stream())
        .filter(c -> c.file().toString().endsWith(".json") || c.file().toString().endsWith(".sh"))
        .map(HostileCase::id)
        .filter(id -> !id.startsWith("E"))
        .toList();
    assertEquals(List.of(), left);
  }
}
