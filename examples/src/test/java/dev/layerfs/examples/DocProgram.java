package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** A program of the docs' blocks of Java: each is a method, in a class of its own, and is run in the order of the pages. */
final class DocProgram {
  private static final List<String> IMPORTS = List.of(
      "dev.layerfs.*",
      "dev.layerfs.error.*",
      "dev.layerfs.oci.*",
      "dev.layerfs.posix.*",
      "dev.layerfs.registry.*",
      "java.io.*",
      "java.net.URI",
      "java.nio.file.*",
      "java.util.*",
      "java.util.concurrent.*",
      "java.util.stream.Stream");

  /** What blocks find: a new store with an image. Blocks that open one themselves hide these. */
  private static final String CONTEXT = """
      abstract class Context {
        static LayerStore store;
        static Image image;
        abstract void run() throws Exception;
      }
      """;

  private final Path directory;
  private final List<String> classes = new ArrayList<>();
  private final List<Path> sources = new ArrayList<>();

  DocProgram(Path directory) throws IOException {
    this.directory = directory;
    write("Context", CONTEXT);
  }

  /** Adds a block. */
  void add(DocBlock block) throws IOException {
    String name = "Block" + sources.size();
    write(
        name,
        "class " + name + " extends Context {\n  @Override void run() throws Exception {"
            + " // " + block.place() + "\n"
            + block.text().replace("…", "") + "  }\n}\n");
    if (block.use() == DocBlock.Use.RUN) {
      classes.add(name);
    }
  }

  private void write(String name, String text) throws IOException {
    StringBuilder source = new StringBuilder();
    IMPORTS.forEach(each -> source.append("import ").append(each).append(";\n"));
    Path file = directory.resolve(name + ".java");
    sources.add(Files.writeString(file, source + text));
  }

  /** Compiles all blocks. */
  void compile() throws IOException {
    StringBuilder main = new StringBuilder("""
        class Blocks {
          private static void run(Context block) throws Exception {
            try (LayerStore store = LayerStore.inMemory()) {
              Context.store = store;
              Context.image = store.load(Path.of("debian.tar")).get(0);
              block.run();
            }
          }

          public static void main(String[] args) throws Exception {
            try (LayerStore store = LayerStore.open(Path.of("images"))) {
              store.load(Path.of("debian.tar"));
            }
        """);
    classes.forEach(name -> main.append("    run(new " + name + "());\n"));
    write("Blocks", main + "  }\n}\n");
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-d", directory.toString(), "-cp", JavaPath.text()));
    sources.forEach(source -> arguments.add(source.toString()));
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages);
    int status = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(out, out, arguments.toArray(new String[0]));
    assertEquals(0, status, messages::toString);
  }

  /** Returns the command that runs those blocks that are to be run. */
  List<String> command() {
    return List.of(
        JavaPath.java(),
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        directory + File.pathSeparator + JavaPath.text(),
        "Blocks");
  }
}
