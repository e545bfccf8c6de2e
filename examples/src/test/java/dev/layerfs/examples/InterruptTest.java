package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a command. */
final class InterruptTest {
  private static final long SEED = 20_261_126;
  private static final int SIGINT = 2;
  private static final int ARCHIVE = 4_000_000;

  @TempDir
  private Path directory;

  @Test
  void aLoadThatIsInterruptedLeavesNothing() throws Exception {
    assumeTrue(File.separatorChar == '/', "needs signals");
    byte[] archive = archive();
    Process load = load();
    // More than a pipe holds: when it is written, it has been read, and the rest is waited for.
    load.getOutputStream().write(archive, 0, archive.length / 2);
    load.getOutputStream().flush();
    signal(load);
    feed(load, archive);
    String err = new String(load.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(128 + SIGINT, load.waitFor(), err);
    Cli cli = new Cli(directory);
    assertEquals("[\n]\n", cli.run("images", "--json").out());
    cli.run("check");
    try (Stream<Path> staged = Files.list(cli.store().resolve("layerfs/staging"))) {
      assertEquals(List.of(), staged.filter(file -> !Files.isDirectory(file)).toList());
    }
    Files.write(directory.resolve("archive"), archive);
    cli.run("load", directory.resolve("archive").toString());
  }

  /** Goes on byte by byte until nobody reads any more: what waits for input notices a signal with the next byte. */
  private static void feed(Process load, byte[] archive) throws IOException {
    try (OutputStream out = load.getOutputStream()) {
      for (int i = archive.length / 2; i < archive.length && load.isAlive(); i++) {
        out.write(archive[i]);
        out.flush();
      }
    } catch (IOException e) {
      return; // it has ended; how, its status tells
    }
  }

  private byte[] archive() throws Exception {
    byte[] content = new byte[ARCHIVE];
    new Random(SEED).nextBytes(content);
    Path archive = directory.resolve("saved");
    try (LayerTar tar = new LayerTar()) {
      Path layout = new ImageLayout(directory.resolve("layout"))
          .layer("big", tar.file("big", 0644, content).toBytes())
          .write("big:1");
      Cli other = new Cli(Files.createDirectory(directory.resolve("other")));
      other.run("load", layout.toString());
      other.run("save", "big:1", "-o", archive.toString());
    }
    return Files.readAllBytes(archive);
  }

  private Process load() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    List<String> path = new ArrayList<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      String value = System.getProperty(property, "");
      if (!value.isEmpty()) {
        path.add(value);
      }
    }
    command.add(String.join(File.pathSeparator, path));
    command.addAll(
        List.of(Main.class.getName(), "--store", new Cli(directory).store().toString()));
    command.addAll(List.of("load", "-"));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void signal(Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start();
    assertEquals(0, kill.waitFor());
  }
}
