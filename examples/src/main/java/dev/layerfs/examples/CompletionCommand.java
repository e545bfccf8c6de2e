package dev.layerfs.examples;

import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script that completes command lines. */
@Command(
    name = "completion",
    description = {
      "Print a script by which a shell completes commands and options.",
      "Bash reads it with: eval \"$(layerfs completion bash)\""
    },
    footer = {"", "Example:", "  layerfs completion bash"})
final class CompletionCommand extends BaseCommand {
  /** The shells that can read the script. */
  private enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "bash|zsh", description = "The shell; both read the same script.")
  private Shell shell = Shell.bash;

  @Override
  void run() {
    String script = AutoComplete.bash("layerfs", main().commandLine());
    if (json()) {
      print(Map.of("shell", shell.name(), "script", script));
    } else {
      out().print(script);
    }
  }
}
