package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
  }

  @Test
  void helpNamesEveryCommand() {
    String help = cli.run("--help").out();
    for (String command : new String[] {
      "demo", "load", "images", "inspect", "history", "tag", "rmi", "create", "ps", "rm", "reset",
      "ls", "tree", "cat", "stat", "find", "cp", "diff", "commit", "build", "save", "export", "ops"
    }) {
      assertTrue(help.contains("\n  " + command + " "), () -> command + " is not in " + help);
      assertTrue(cli.run(command, "--help").out().startsWith("Usage: layerfs " + command));
    }
  }

  @Test
  void versionNamesTheRuntime() {
    String version = cli.run("--version").out();
    assertTrue(version.startsWith("layerfs "), version);
    assertTrue(version.contains(System.getProperty("java.version")), version);
  }

  @Test
  void wrongUsageIsTwo() {
    assertTrue(cli.execute().fails(2).err().startsWith("layerfs: Missing required subcommand"));
    assertTrue(cli.execute("frobnicate").fails(2).err().contains("frobnicate"));
    assertTrue(cli.execute("ls").fails(2).err().contains("Try 'layerfs ls --help'."));
    assertTrue(cli.execute("images", "--no-such").fails(2).err().startsWith("layerfs: "));
  }

  @Test
  void aFailureIsOneLineAndOne() {
    Cli.Result result = cli.execute("inspect", "nothing:here").fails(1);
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("layerfs: no such image: "), result.err());
  }

  @Test
  void verboseAddsTheStackTrace() {
    String err = cli.execute("-v", "inspect", "nothing:here").fails(1).err();
    assertTrue(err.contains("\n\tat "), err);
  }

  @Test
  void theStoreIsMadeOnFirstUse() {
    cli.run("images");
    assertTrue(Files.exists(cli.store().resolve("oci-layout")));
  }

  @Test
  void theStoreIsWhereTheUserSays() {
    Path chosen = directory.resolve("chosen");
    cli.run("images", "--store", chosen.toString());
    assertTrue(Files.exists(chosen.resolve("oci-layout")));
    Path before = directory.resolve("before");
    cli.run("--store", before.toString(), "images");
    assertTrue(Files.exists(before.resolve("oci-layout")));
    Path environment = directory.resolve("deep").resolve("environment");
    Cli.execute(
            InputStream.nullInputStream(),
            Map.of("LAYERFS_STORE", environment.toString(), "XDG_DATA_HOME", "/nowhere"),
            "images")
        .fails(0);
    assertTrue(Files.exists(environment.resolve("oci-layout")));
  }

  @Test
  void aDirectoryThatIsNoStoreIsLeftAlone() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("precious"), "x");
    String err = cli.execute("--store", other.toString(), "images").fails(1).err();
    assertTrue(err.contains(other.toString()), err);
    assertEquals(1, other.toFile().list().length);
  }
}
