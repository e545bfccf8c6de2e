package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Colours: on a terminal, and nowhere else. */
final class TerminalTest {
  @TempDir
  private Path directory;

  @Test
  void coloursAreForTerminals() {
    assertTrue(Terminal.showsColours(true, Map.of("TERM", "xterm")));
    assertTrue(Terminal.showsColours(true, Map.of("NO_COLOR", "")), "empty is not set");
    assertFalse(Terminal.showsColours(true, Map.of("NO_COLOR", "1")));
    assertFalse(Terminal.showsColours(true, Map.of("TERM", "dumb")));
    assertFalse(Terminal.showsColours(false, Map.of()));
  }

  @Test
  void helpAndDifferencesHaveThem() throws Exception {
    Cli cli = new Cli(directory).withSample();
    cli.run("create", "sample:1", "--name", "web");
    Path file = Files.writeString(directory.resolve("file"), "x");
    cli.run("cp", file.toString(), "web:/added");
    assertEquals("A /added\n", cli.run("diff", "web").out().replace("\r", ""));
    assertEquals("\u001b[32mA\u001b[39m\u001b[0m /added\n", coloured("diff", "web"));
    assertTrue(coloured("diff", "--help").contains("\u001b["));
    assertFalse(cli.run("diff", "--help").out().contains("\u001b["));
  }

  private String coloured(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintWriter out = new PrintWriter(bytes, false, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(
        InputStream.nullInputStream(),
        bytes,
        out,
        new PrintWriter(new StringWriter()),
        false,
        true,
        Map.of("XDG_DATA_HOME", directory.resolve("data").toString()),
        Clock.systemUTC());
    assertEquals(0, Main.run(terminal, args));
    return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
  }
}
