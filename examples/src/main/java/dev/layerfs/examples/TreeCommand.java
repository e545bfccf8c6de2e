package dev.layerfs.examples;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a directory and what is beneath it. */
@Command(
    name = "tree",
    description = "Draw a directory and everything beneath it.",
    footer = {"", "Example:", "  layerfs tree -L 2 debian:12:/etc"})
final class TreeCommand extends LookCommand {
  @Option(
      names = {"-L", "--level"},
      paramLabel = "N",
      description = "Go no deeper than N directories.")
  private int level = Integer.MAX_VALUE;

  private long directories;
  private long files;

  @Override
  void look(PosixView view, String path) throws IOException {
    if (level < 1) {
      throw misused("--level must be at least 1");
    }
    RootFile root = find(view, path);
    if (json()) {
      Json.write(out(), document(root, level));
      out().println();
      return;
    }
    out().println(Human.printable(root.path()));
    draw(root, "", level);
    out().println();
    out().println(directories + " directories, " + files + " files");
  }

  private void draw(RootFile directory, String indent, int depth) throws IOException {
    List<RootFile> children = children(directory, depth);
    for (int i = 0; i < children.size(); i++) {
      RootFile child = children.get(i);
      boolean last = i == children.size() - 1;
      out().println(indent + (last ? "└── " : "├── ") + Human.printable(label(child)));
      if (child.isDirectory()) {
        directories++;
      } else {
        files++;
      }
      draw(child, indent + (last ? "    " : "│   "), depth - 1);
    }
  }

  private static String label(RootFile file) throws IOException {
    return file.type() == FileType.SYMLINK ? file.name() + " -> " + file.target() : file.name();
  }

  private static List<RootFile> children(RootFile file, int depth) throws IOException {
    return file.isDirectory() && depth > 0 ? file.children() : List.of();
  }

  /** Returns {@link RootFile#document} with the same of each child under {@code children}, in a directory. */
  private static Map<String, Object> document(RootFile file, int depth) {
    Map<String, Object> document = document(file);
    if (file.isDirectory() && depth > 0) {
      Iterable<Map<String, Object>> children = () -> childDocuments(file, depth);
      document.put("children", children);
    }
    return document;
  }

  private static Iterator<Map<String, Object>> childDocuments(RootFile file, int depth) {
    try {
      return children(file, depth).stream()
          .map(child -> document(child, depth - 1))
          .iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
