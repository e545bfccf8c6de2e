package dev.layerfs.examples;

import dev.layerfs.posix.PosixView;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists everything beneath a path. */
@Command(
    name = "find",
    description = {"List a path and everything beneath it.", "Links are not followed."},
    footer = {"", "Example:", "  layerfs find debian:12:/etc/apt"})
final class FindCommand extends LookCommand {
  @Override
  void look(PosixView view, String path) throws IOException {
    Walk walk = new Walk(find(view, path));
    if (json()) {
      printAll(documents(walk));
      return;
    }
    while (walk.hasNext()) {
      out().println(Human.printable(walk.next().path()));
    }
  }

  private static Iterator<Map<String, Object>> documents(Walk walk) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return walk.hasNext();
      }

      @Override
      public Map<String, Object> next() {
        return document(walk.next());
      }
    };
  }
}
