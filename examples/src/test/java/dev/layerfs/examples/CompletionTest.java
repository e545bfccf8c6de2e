package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell proposes once it has read the script of {@code completion}. */
final class CompletionTest {
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir
  private Path directory;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assumeTrue(Files.isExecutable(BASH), "needs bash");
    Path script = directory.resolve("layerfs.bash");
    Files.writeString(script, new Cli(directory).run("completion", "bash").out());
    assertEquals(List.of("images"), proposed(script, "layerfs", "imag"));
    assertEquals(List.of("explain", "explore", "export"), proposed(script, "layerfs", "exp"));
    assertEquals(List.of("--platform"), proposed(script, "layerfs", "pull", "--platf"));
    assertEquals(List.of("clone", "create"), proposed(script, "layerfs", "volume", "c"));
    List<String> all = proposed(script, "layerfs", "");
    assertTrue(all.containsAll(List.of("demo", "completion", "ops", "volume")), all.toString());
  }

  @Test
  void otherShellsAreRefused() {
    String err = new Cli(directory).execute("completion", "fish").fails(2).err();
    assertTrue(err.contains("bash, zsh"), err);
  }

  private static List<String> proposed(Path script, String... words) throws Exception {
    String line = String.join(" ", words);
    StringBuilder program = new StringBuilder("source \"$0\"; COMP_WORDS=(\"$@\"); ");
    program.append("COMP_CWORD=$(($# - 1)); COMP_LINE='").append(line).append("'; ");
    program.append(
        "COMP_POINT=${#COMP_LINE}; _complete_layerfs; printf '%s\\n' \"${COMPREPLY[@]}\"");
    List<String> command =
        new ArrayList<>(List.of(BASH.toString(), "-c", program.toString(), script.toString()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD) // compopt works in completions only
        .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.lines()
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .sorted()
        .toList();
  }
}
