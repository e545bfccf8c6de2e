package dev.layerfs;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@link TreeDump} says of a view, said of a directory of the host by {@code dump-tree.py}. */
final class HostTreeDump {
  private HostTreeDump() {}

  /** Returns the lines by path; the script is put into the scratch directory. */
  static Map<String, String> of(Path scratch, String... arguments) throws IOException {
    Path script = script(scratch);
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "python3", script.toString()));
    command.addAll(List.of(arguments));
    Tool.Result result = Tool.run(command);
    if (result.status() != 0) {
      throw new AssertionError(result.output());
    }
    return lines(result.output());
  }

  /** Puts the script into the scratch directory, for whoever has to run it in another namespace. */
  static Path script(Path scratch) throws IOException {
    Path script = scratch.resolve("dump-tree.py");
    try (InputStream resource = HostTreeDump.class.getResourceAsStream("dump-tree.py")) {
      Files.write(script, resource.readAllBytes());
    }
    return script;
  }

  /** Returns what the script printed, by path. */
  static Map<String, String> lines(String printed) {
    Map<String, String> lines = new TreeMap<>();
    printed.lines().forEach(line -> lines.put(line.substring(0, line.indexOf('\t')), line));
    return lines;
  }
}
