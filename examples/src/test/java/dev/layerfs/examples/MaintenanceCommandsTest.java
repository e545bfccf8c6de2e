package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that keep the store in order. */
final class MaintenanceCommandsTest {
  private static final String UNNEEDED =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String FULL_NAME = "docker.io/library/sample:1";

  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
  }

  private Path unneeded() throws IOException {
    return Files.write(cli.store().resolve("blobs/sha256").resolve(UNNEEDED), new byte[1200]);
  }

  private Path first(String kind) throws IOException {
    try (Stream<Path> files = Files.list(cli.store().resolve("layerfs").resolve(kind))) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private static List<?> list(Object document, String field) {
    return (List<?>) Objects.requireNonNull(((Map<?, ?>) document).get(field));
  }

  @Test
  void gcTellsAndDeletes() throws IOException {
    Path file = unneeded();
    List<String> planned = cli.run("gc", "--dry-run").lines();
    assertTrue(planned.get(0).startsWith("blob sha256:" + UNNEEDED + "  1.2 kB  no image"));
    assertEquals("Would free 1.2 kB", planned.get(1));
    assertTrue(Files.exists(file));
    Object plan = cli.run("gc", "--dry-run", "--json").json();
    assertEquals(false, ((Map<?, ?>) plan).get("deleted"));
    assertEquals("1200", String.valueOf(((Map<?, ?>) plan).get("bytes")));
    Map<?, ?> garbage = (Map<?, ?>) list(plan, "garbage").get(0);
    assertEquals("blob", garbage.get("kind"));
    assertEquals("Freed 1.2 kB", cli.run("gc").lines().get(1));
    assertFalse(Files.exists(file));
    assertEquals(List.of("Freed 0 B"), cli.run("gc").lines());
  }

  @Test
  void discardTellsAndDeletes() throws IOException {
    List<String> planned = cli.run("discard", "--dry-run").lines();
    assertTrue(planned.get(0).startsWith("BLOB "), planned::toString);
    assertTrue(planned.get(planned.size() - 1).startsWith("Would free "), planned::toString);
    Map<?, ?> done = (Map<?, ?>) cli.run("discard", "--json").json();
    assertEquals(true, done.get("deleted"));
    for (Object blob : list(done, "discarded")) {
      String hex = String.valueOf(((Map<?, ?>) blob).get("digest")).substring("sha256:".length());
      assertFalse(Files.exists(cli.store().resolve("blobs/sha256").resolve(hex)));
    }
    assertEquals(
        planned.size() - 2,
        list(done, "discarded").size() + list(done, "kept").size(),
        "a line for each");
    cli.run("check");
  }

  @Test
  void gcWarnsOfWhatItCanNotRead() throws IOException {
    String id = cli.run("create", "sample:1").out().trim();
    Files.write(
        cli.store().resolve("layerfs/containers").resolve(id).resolve("container.json"),
        new byte[0]);
    assertTrue(cli.run("gc").err().startsWith("layerfs: container " + id + " is damaged"));
  }

  @Test
  void dfAddsUp() throws IOException {
    cli.run("create", "sample:1");
    List<String> lines = cli.run("df").lines();
    assertTrue(lines.get(1).startsWith(FULL_NAME), lines.toString());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("could be freed by gc")));
    Map<?, ?> space = (Map<?, ?>) cli.run("df", "--json").json();
    assertEquals(1, list(space, "images").size());
    assertEquals(1, list(space, "containers").size());
    assertTrue(Long.parseLong(String.valueOf(space.get("totalBytes"))) > 0);
  }

  @Test
  void checkFindsNothing() {
    assertTrue(cli.run("check").out().startsWith("Nothing is damaged in "));
    assertTrue(cli.run("check", "--level", "fast").out().startsWith("Nothing is damaged in "));
    assertEquals(true, ((Map<?, ?>) cli.run("check", "--json").json()).get("healthy"));
    cli.execute("check", "--level", "slow").fails(2);
    cli.execute("check", "--from", "x").fails(2);
  }

  @Test
  void checkTellsOfDamageAndRepairs() throws IOException {
    damage(first("layers").resolve("layer.erofs"));
    List<String> lines = cli.execute("check").fails(1).lines();
    assertTrue(lines.get(0).startsWith("damaged layer sha256:"), lines.toString());
    assertEquals("  needed by image " + FULL_NAME, lines.get(1));
    assertTrue(lines.get(2).startsWith("  to do: layerfs check --repair"), lines.get(2));
    Object report = cli.execute("check", "--json").fails(1).json();
    Map<?, ?> finding = (Map<?, ?>) list(report, "findings").get(0);
    assertEquals("layer", finding.get("kind"));
    assertEquals("damaged", finding.get("status"));
    assertEquals(
        Map.of("kind", "image", "id", FULL_NAME), list(finding, "dependents").get(0));
    assertTrue(cli.run("check", "--repair").out().startsWith("repaired layer sha256:"));
    assertTrue(cli.run("check").out().startsWith("Nothing is damaged in "));
  }

  @Test
  void checkTakesBlobsFromALayout() throws IOException {
    Path blob;
    try (Stream<Path> blobs = Files.list(cli.store().resolve("blobs/sha256"))) {
      blob = blobs.sorted().findFirst().orElseThrow();
    }
    damage(blob);
    cli.execute("check", "--repair").fails(1);
    cli.run("check", "--repair", "--from", directory.resolve("layout").toString());
    assertTrue(cli.run("check").out().startsWith("Nothing is damaged in "));
  }

  @Test
  void explainsAnImageAndALayer() throws IOException {
    String layer = String.valueOf(first("layers").getFileName());
    List<String> lines = cli.run("explain", layer).lines();
    assertTrue(lines.get(0).startsWith("layer sha256:" + layer + ", "), lines.toString());
    assertTrue(
        lines.get(1).startsWith("  kept by image " + FULL_NAME + " -> blob sha256:"),
        lines.toString());
    Map<?, ?> image =
        (Map<?, ?>) ((List<?>) cli.run("explain", "sample:1", "--json").json()).get(0);
    assertEquals("image", image.get("kind"));
    assertTrue(Long.parseLong(String.valueOf(image.get("freedBytes"))) > 0);
    unneeded();
    assertTrue(cli.run("explain", UNNEEDED).out().contains("nothing needs it"));
    cli.execute("explain", "nothing").fails(1);
    cli.run("volume", "create", "data");
    assertEquals("  kept by volume data", cli.run("explain", "data").lines().get(1));
  }
}
