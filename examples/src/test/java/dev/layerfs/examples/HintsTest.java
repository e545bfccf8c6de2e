package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors say what to do next. */
final class HintsTest {
  @TempDir
  private Path directory;

  private void says(Cli cli, String hint, String... command) {
    String err = cli.execute(command).fails(1).err();
    assertTrue(err.contains(hint), () -> String.join(" ", command) + ": " + err);
    assertEquals(1, err.lines().count(), err);
  }

  @Test
  void whatIsMissingIsListedByACommand() throws IOException {
    Cli cli = new Cli(directory).withSample();
    cli.run("create", "sample:1", "--name", "web", "-v", "data:/srv");
    says(cli, "'layerfs images' lists", "history", "none:1");
    says(cli, "'layerfs pull' gets more", "create", "none:1");
    says(cli, "'layerfs ps' lists", "reset", "none");
    says(cli, "'layerfs volume ls' list", "explain", "none");
    says(
        cli,
        "'layerfs volume snapshot --list'",
        "volume",
        "restore",
        "data",
        "00000000000000000000000000000000");
    says(cli, "'layerfs mounts'", "umount", "web");
    says(cli, "'layerfs rm' removes it", "rmi", "sample:1");
    says(cli, "take another name", "create", "sample:1", "--name", "web");
    says(cli, "take another name", "volume", "create", "data");
    says(cli, "/etc: Is a directory; 'layerfs ls' lists it", "cat", "web:/etc");
    says(cli, "is a registry there?", "pull", "localhost:1/x:1");
  }

  @Test
  void whoIsNotLetInIsToldHow() {
    assertEquals(
        "GET x: status 401 UNAUTHORIZED; 'podman login' or 'docker login' keeps the credentials that are used",
        Failures.message(new RegistryException("GET x", 401, List.of("UNAUTHORIZED"), "")));
    assertEquals(
        "http://h: plain HTTP is only used with hosts that are configured so; --plain-http is for those that have nothing else",
        Failures.message(new RegistryException(
            "http://h", "plain HTTP is only used with hosts that are configured so")));
  }
}
