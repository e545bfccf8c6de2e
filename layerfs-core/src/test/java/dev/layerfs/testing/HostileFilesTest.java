package dev.layerfs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
      Set<Path> there = files
          .filter(file -> Files.isRegularFile(file) && !file.endsWith(list))
          .collect(Collectors.toSet());
      assertEquals(there, cases.stream().map(HostileCase::file).collect(Collectors.toSet()));
    }
  }

  @Test
  void everyListedFileIsRun() {
    List<HostileCase> cases = HostileCase.hostile();
    assumeFalse(cases.isEmpty(), "no folder of hostile archives");
    List<String> left = Stream.concat(cases.stream(), HostileCase.corpus().stream())
        .filter(
            c -> c.file().toString().endsWith(".json") || c.file().toString().endsWith(".sh"))
        .map(HostileCase::id)
        .filter(id -> !id.startsWith("E"))
        .toList();
    assertEquals(List.of("tar-rs/sparse-n.sh"), left, "which is no archive but makes one");
  }
}
