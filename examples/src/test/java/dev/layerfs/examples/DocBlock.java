package dev.layerfs.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a page of the docs, or an example of Javadoc. What is not to be run says why in a comment on the line before it: {@code <!-- not run:
 * reason -->}, or {@code <!-- only compiled: reason -->}.
 *
 * @param page the page's name
 * @param line the line that it begins on
 * @param language what stands after the fence
 * @param text what is in it
 * @param use what is done with it
 */
record DocBlock(String page, int line, String language, String text, Use use) {
  private static final Pattern FENCE = Pattern.compile("```([a-z]*)");
  private static final Pattern MARK = Pattern.compile("<!-- (not run|only compiled): .{5,} -->");

  /** What a test does with a block. */
  enum Use {
    RUN,
    COMPILE,
    READ
  }

  /** Returns the blocks of a page. */
  static List<DocBlock> of(Path page) throws IOException {
    List<DocBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
        String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
        Use use = use(i == 0 ? "" : lines.get(i - 1));
        blocks.add(new DocBlock(page.getFileName().toString(), i + 1, fence.group(1), text, use));
        i = end;
      }
    }
    return blocks;
  }

  /** Returns the examples in the Javadoc of a source file: Java that is to compile. */
  static List<DocBlock> ofJavadoc(Path source) throws IOException {
    List<DocBlock> blocks = new ArrayList<>();
    List<String> lines =
        Files.readAllLines(source).stream().map(DocBlock::withoutStar).toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("<pre>{@code")) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("}</pre>");
        String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
        String page = source.getFileName().toString();
        blocks.add(new DocBlock(page, i + 1, "java", text, Use.COMPILE));
        i = end;
      }
    }
    return blocks;
  }

  private static String withoutStar(String line) {
    return line.replaceFirst("^ *\\* ?", "");
  }

  private static Use use(String lineBefore) {
    Matcher mark = MARK.matcher(lineBefore);
    if (!mark.matches()) {
      return Use.RUN;
    }
    return mark.group(1).equals("not run") ? Use.READ : Use.COMPILE;
  }

  /** Returns where it is, for people. */
  String place() {
    return page + ":" + line;
  }
}
