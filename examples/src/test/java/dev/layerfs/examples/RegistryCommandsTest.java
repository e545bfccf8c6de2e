package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask registries, with Debian's docker-registry. */
final class RegistryCommandsTest {
  @TempDir
  private Path directory;

  private @Nullable LocalRegistry registry;
  private String host = "";
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void start() throws Exception {
    registry = LocalRegistry.start(directory);
    host = registry.host();
    cli = new Cli(directory);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void pushesListsAndPulls() throws IOException {
    String name = host + "/team/sample:1";
    Cli.Result pushed = cli.withSample().run("push", "sample:1", name, "--plain-http");
    assertTrue(pushed.out().matches("Pushed " + name + " sha256:[0-9a-f]{64}\\R"), pushed.out());
    assertEquals(
        List.of("1"), cli.run("tags", host + "/team/sample", "--plain-http").lines());
    assertEquals(
        List.of("team/sample"), cli.run("catalog", host, "--plain-http").lines());
    assertEquals(
        List.of("1"),
        cli.run("tags", host + "/team/sample", "--plain-http", "--json").json());
    cli.run("rmi", "sample:1");
    Cli.Result pulled = cli.run("pull", name, "--plain-http");
    assertTrue(pulled.out().matches("Pulled " + name + " sha256:[0-9a-f]{64}\\R"), pulled.out());
    assertTrue(pulled.err().contains("sha256:"), "tells of layers: " + pulled.err());
    assertEquals("second\n", cli.run("cat", name + ":/etc/motd").out());
    Map<?, ?> again =
        (Map<?, ?>) cli.run("push", name, "--plain-http", "--json").json();
    assertEquals(name, again.get("destination"));
  }

  @Test
  void checkTakesBlobsFromARegistry() throws IOException {
    String name = host + "/team/sample:1";
    cli.withSample().run("push", "sample:1", name, "--plain-http");
    try (Stream<Path> blobs = Files.list(cli.store().resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        Files.write(blob, new byte[0]);
      }
    }
    String untouched = cli.execute("check", "--repair").fails(1).out();
    assertTrue(untouched.contains("There is damage in "), untouched);
    String out = cli.run("check", "--repair", "--from", name, "--plain-http").out();
    assertTrue(out.startsWith("repaired blob sha256:"), out);
    assertTrue(cli.run("check").out().startsWith("Nothing is damaged in "));
  }

  @Test
  void plainHttpHasToBeAskedFor() throws IOException {
    String err = cli.withSample().execute("tags", host + "/x").fails(1).err();
    assertTrue(err.startsWith("layerfs: "), err);
    assertEquals(1, err.lines().count());
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    String err = cli.execute("pull", host + "/none:1", "--plain-http").fails(1).err();
    assertTrue(err.contains("no such manifest"), err);
    err = cli.execute("pull", host + "/x", "--plain-http", "--client-key", "x")
        .fails(2)
        .err();
    assertTrue(err.contains("belong together"), err);
    cli.execute("pull", "NOT A NAME").fails(1);
  }
}
