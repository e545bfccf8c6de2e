package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.ImageBuilder;
import dev.layerfs.LayerStore;
import dev.layerfs.SaveFormat;
import dev.layerfs.examples.DocBlock.Use;
import dev.layerfs.oci.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the docs show is true: every block of Java is compiled and run, every block of shell commands is run, and every
 * link leads somewhere. {@link DocBlock} says how a block is left out, which few may be.
 */
final class DocsTest {
  private static final Path PROJECT = Path.of("..");
  private static final Path DOCS = PROJECT.resolve("docs");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  /** A command of words without quotes, and a standard input. */
  private static final Pattern COMMAND =
      Pattern.compile("layerfs ([^'\"<>|&;$ ]+(?: [^'\"<>|&;$ ]+)*)(?: <<<'([^']*)')?");

  /** How many blocks of each language are not run, because they are the build itself or need what no test has. */
  private static final Map<String, Long> NOT_RUN = Map.of("java", 5L, "sh", 7L);

  /** Places of the docs that stand for directories of the test. */
  private static final Map<String, String> PLACES =
      Map.of("/var/lib/images", "images", "/var/images", "images", "/srv/src", "source");

  @TempDir
  private Path temporary;

  @BeforeEach
  void makePlaces() throws IOException {
    try (LayerStore store = LayerStore.inMemory()) {
      ImageBuilder.scratch(store, Platform.host())
          .file("/etc/os-release", "ID=debian\n".getBytes(StandardCharsets.UTF_8))
          .file("/etc/motd", "Welcome.\n".getBytes(StandardCharsets.UTF_8))
          .build("debian:12");
      store.save(List.of("debian:12"), SaveFormat.OCI_ARCHIVE, temporary.resolve("debian.tar"));
    }
    Files.createDirectory(temporary.resolve("source"));
    Files.writeString(temporary.resolve("source/app"), "#!/bin/sh\n");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(DOCS)) {
      return Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
                  .map(PROJECT::resolve),
              docs.filter(page -> page.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  private List<DocBlock> blocks(String language) throws IOException {
    List<DocBlock> blocks = new ArrayList<>();
    for (Path page : pages()) {
      for (DocBlock block : DocBlock.of(page)) {
        if (block.language().equals(language)) {
          blocks.add(new DocBlock(
              block.page(), block.line(), language, placed(block.text()), block.use()));
        }
      }
    }
    assertEquals(
        NOT_RUN.get(language),
        blocks.stream().filter(block -> block.use() != Use.RUN).count(),
        () -> "blocks that are not run: " + blocks);
    return blocks;
  }

  private String placed(String text) {
    String placed = text;
    for (Map.Entry<String, String> place : new TreeMap<>(PLACES).entrySet()) {
      placed =
          placed.replace(place.getKey(), temporary.resolve(place.getValue()).toString());
    }
    return placed;
  }

  @Test
  void javaCompilesAndRuns() throws IOException {
    DocProgram program = new DocProgram(Files.createDirectory(temporary.resolve("program")));
    for (DocBlock block : blocks("java")) {
      if (block.use() != Use.READ) {
        program.add(block);
      }
    }
    program.compile();
    run(program.command());
  }

  @Test
  void examplesInJavadocCompile() throws IOException {
    DocProgram program = new DocProgram(Files.createDirectory(temporary.resolve("program")));
    int examples = 0;
    try (Stream<Path> sources = Files.walk(PROJECT.resolve("layerfs-core/src/main/java"))) {
      for (Path source :
          sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        for (DocBlock block : DocBlock.ofJavadoc(source)) {
          program.add(block);
          examples++;
        }
      }
    }
    assertTrue(examples >= 4, () -> "examples were found otherwise");
    program.compile();
  }

  @Test
  void commandsRun() throws IOException {
    Cli cli = new Cli(temporary);
    for (DocBlock block : blocks("sh")) {
      if (block.use() == Use.RUN) {
        for (String line : block.text().lines().toList()) {
          Matcher command = COMMAND.matcher(line);
          assertTrue(command.matches(), () -> block.place() + ": no plain command: " + line);
          String[] words = Stream.of(command.group(1).split(" "))
              .map(word -> word.endsWith(".tar") ? temporary.resolve(word).toString() : word)
              .toArray(String[]::new);
          String in = Objects.requireNonNullElse(command.group(2), "");
          Cli.Result result =
              cli.execute(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), words);
          assertEquals(0, result.exitCode(), () -> block.place() + ": " + line + result.err());
          assertFalse(result.out().contains("\"errno\""), result::out);
        }
      }
    }
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(page + ": " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void theIndexHasEveryPage() throws IOException {
    String index = Files.readString(DOCS.resolve("README.md"));
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      assertTrue(
          !page.startsWith(DOCS) || name.equals("README.md") || index.contains(name + ")"), name);
    }
  }

  private void run(List<String> command) throws IOException {
    Programs.run(new ProcessBuilder(command).directory(temporary.toFile()));
  }
}
