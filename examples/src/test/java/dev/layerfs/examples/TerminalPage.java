package dev.layerfs.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command and what it printed, as a page that looks like a terminal.
 *
 * @param command its words
 * @param printed what it printed, with the escape sequences of colours
 */
record TerminalPage(List<String> command, String printed) {
  private static final int MOST_LINES = 46;
  private static final int MOST_COLUMNS = 118;
  private static final int LINE_HEIGHT = 18;
  private static final int COLUMN_WIDTH = 8;
  private static final int MARGIN = 16;

  /** What picocli makes of the colours that the tool uses (ECMA-48, "Select Graphic Rendition"). */
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[([0-9;]*)m");

  private static final Map<String, String> COLOURS =
      Map.of("31", "#f47067", "32", "#57ab5a", "33", "#c69026");

  TerminalPage(String[] command, String printed) {
    this(List.of(command), printed);
  }

  private List<String> lines() {
    return printed
        .lines()
        .limit(MOST_LINES)
        .map(line ->
            line.length() > MOST_COLUMNS ? line.substring(0, MOST_COLUMNS - 1) + "\u2026" : line)
        .toList();
  }

  /** Returns how wide a window has to be for it. */
  int width() {
    int columns = lines().stream()
        .mapToInt(line -> COLOUR.matcher(line).replaceAll("").length())
        .max()
        .orElse(0);
    return Math.max(60, columns + 1) * COLUMN_WIDTH + 2 * MARGIN;
  }

  /** Returns how high a window has to be for it. */
  int height() {
    return (lines().size() + 1) * LINE_HEIGHT + 2 * MARGIN;
  }

  /** Writes it, and returns where to. */
  Path write(Path file) throws IOException {
    String text = "<b>$ layerfs " + escaped(String.join(" ", command)) + "</b>\n"
        + html(String.join("\n", lines()));
    return Files.writeString(file, """
        <!DOCTYPE html><meta charset="utf-8"><title>layerfs</title>
        <style>
          body { margin: %dpx; background: #1c2128; color: #cdd9e5 }
          pre { margin: 0; font: 13px/%dpx "DejaVu Sans Mono", monospace }
        </style>
        <main id="main" aria-busy="false"><pre>%s</pre></main>
        """.formatted(MARGIN, LINE_HEIGHT, text));
  }

  private static String html(String text) {
    StringBuilder html = new StringBuilder();
    Matcher colour = COLOUR.matcher(escaped(text));
    while (colour.find()) {
      String chosen = COLOURS.get(colour.group(1));
      colour.appendReplacement(
          html, chosen == null ? "</span><span>" : "</span><span style=\"color:" + chosen + "\">");
    }
    return "<span>" + colour.appendTail(html) + "</span>";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
