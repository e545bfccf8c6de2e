package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every command's help has examples, and they are commands. */
final class HelpTest {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @Test
  void examplesAreUnderstood() {
    CommandLine layerfs = Main.newCommandLine();
    List<CommandLine> commands = new ArrayList<>();
    collect(layerfs, commands);
    assertTrue(commands.size() > 45, "all of them");
    for (CommandLine command : commands) {
      List<String> examples = examples(command);
      String name = command.getCommandSpec().qualifiedName();
      assertFalse(examples.isEmpty(), () -> name + " has no example");
      for (String example : examples) {
        assertTrue(
            example.startsWith(name + " ") || example.equals(name) || name.equals("layerfs volume"),
            example);
        layerfs.parseArgs(words(example)); // throws if it is none
      }
    }
  }

  private static void collect(CommandLine from, List<CommandLine> commands) {
    for (CommandLine command : from.getSubcommands().values()) {
      commands.add(command);
      collect(command, commands);
    }
  }

  private static List<String> examples(CommandLine command) {
    return List.of(command.getCommandSpec().usageMessage().footer()).stream()
        .filter(line -> line.startsWith("  layerfs "))
        .map(String::strip)
        .toList();
  }

  private static String[] words(String example) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(example.substring("layerfs ".length()));
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words.toArray(String[]::new);
  }
}
