package dev.layerfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Archives made to break readers, kept outside of the project: a folder {@code hostile} with a {@code cases.tsv} and a
 * folder {@code corpus} with a {@code MANIFEST.tsv}. Found by the system property {@code layerfs.shared} or as
 * {@code ../shared} beside the project; absent on most machines, where the tests that want it skip.
 *
 * @param id the case's name
 * @param file the archive
 * @param expected what must happen: alternatives separated by {@code |}
 * @param what the attack in words
 */
public record HostileCase(String id, Path file, String expected, String what) {

  /** Returns the cases of {@code hostile/cases.tsv}, or none where the folder is missing. */
  public static List<HostileCase> hostile() {
    return folder("hostile")
        .map(folder -> rows(folder.resolve("cases.tsv"))
            .map(row -> new HostileCase(row[0], folder.resolve(row[1]), row[2], row[3]))
            .toList())
        .orElse(List.of());
  }

  /** Returns the archives of {@code corpus/MANIFEST.tsv}, or none where the folder is missing. */
  public static List<HostileCase> corpus() {
    return folder("corpus")
        .map(folder -> rows(folder.resolve("MANIFEST.tsv"))
            .map(row -> new HostileCase(row[0], folder.resolve(row[0]), row[7], row[8]))
            .toList())
        .orElse(List.of());
  }

  /** Tells whether one of the alternatives that the case allows is this. */
  public boolean allows(String outcome) {
    return List.of(expected.split("\\|", -1)).contains(outcome);
  }

  @Override
  public String toString() {
    return id + " " + expected + " " + what;
  }

  private static Optional<Path> folder(String name) {
    String property = System.getProperty("layerfs.shared");
    Stream<Path> roots = property != null
        ? Stream.of(Path.of(property))
        : Stream.of(Path.of("../shared"), Path.of("../../shared"), Path.of("../../../shared"));
    return roots.map(root -> root.resolve(name)).filter(Files::isDirectory).findFirst();
  }

  private static Stream<String[]> rows(Path table) {
    try {
      return Files.readAllLines(table).stream().skip(1).map(line -> line.split("\t", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
