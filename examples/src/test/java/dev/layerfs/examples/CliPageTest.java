package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.registry.SearchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** docs/cli.md is true: it has all commands, and what they print with {@code --json} is what it says. */
final class CliPageTest {
  @TempDir
  private Path directory;

  private JsonSchema page;
  private Cli cli;

  @BeforeEach
  void setUp() throws IOException {
    page = JsonSchema.read(Path.of("..", "docs", "cli.md"));
    cli = new Cli(directory).withSample();
  }

  @Test
  void hasAllCommands() {
    TreeSet<String> names = new TreeSet<>();
    for (Map.Entry<String, CommandLine> command :
        Main.newCommandLine().getSubcommands().entrySet()) {
      if (command.getValue().getSubcommands().isEmpty()) {
        names.add(command.getKey());
      }
      command
          .getValue()
          .getSubcommands()
          .keySet()
          .forEach(name -> names.add(command.getKey() + " " + name));
    }
    assertEquals(names, new TreeSet<>(page.commands()));
    page.checkItself();
  }

  private Object json(String... words) {
    String[] all = new String[words.length + 1];
    System.arraycopy(words, 0, all, 1, words.length);
    all[0] = "--json";
    Object document = Objects.requireNonNull(cli.run(all).json());
    boolean volume = words[0].equals("volume");
    page.check(volume ? words[0] + " " + words[1] : words[0], document);
    return document;
  }

  @Test
  void tellsWhatIsPrintedOfImages() throws IOException {
    json("load", cli.writeOdd("odd:1").toString());
    json("images");
    json("inspect", "sample:1");
    json("history", "sample:1");
    json("tag", "sample:1", "other:1");
    json("tree", "odd:1");
    json("find", "sample:1");
    json("ls", "odd:1");
    json("stat", "sample:1:/bin");
    json("cat", "sample:1:/etc/motd");
    json("diff", "odd:1", "sample:1");
    json("index", "all:1", "sample:1");
    json("explore", "sample:1", "-o", directory.resolve("page").toString());
    json("save", "sample:1", "-o", directory.resolve("saved").toString());
    json("export", "sample:1", "-o", directory.resolve("tar").toString());
    json("build", "built:1", "--from", "sample:1", "--env", "A=b");
    json("df");
    json("explain", "sample:1");
    json("gc", "--dry-run");
    json("discard");
    json("check");
    json("mounts");
    json("completion", "bash");
    assertTrue(json("rmi", "other:1", "odd:1").toString().contains("odd"));
  }

  @Test
  void tellsWhatIsPrintedOfContainersAndVolumes() throws IOException {
    json("volume", "create", "data", "--label", "a=b");
    json(
        "create",
        "sample:1",
        "--name",
        "web",
        "-v",
        "data:/srv",
        "--tmpfs",
        "/tmp:size=1m",
        "--label",
        "c=d",
        "--size-limit",
        "1g");
    Path file = Files.writeString(directory.resolve("file"), "x");
    json("cp", file.toString(), "web:/etc/added");
    json("cp", file.toString(), "web:/srv/added");
    json("diff", "web");
    json("ps");
    json("commit", "web", "committed:1");
    json("volume", "ls");
    json("volume", "inspect", "data");
    Map<?, ?> snapshot = (Map<?, ?>) json("volume", "snapshot", "data");
    page.check(
        "snapshot[]", cli.run("--json", "volume", "snapshot", "data", "--list").json(), "--list");
    json("volume", "inspect", "data");
    json("volume", "restore", "data", String.valueOf(snapshot.get("id")));
    json("volume", "clone", "data", "data2");
    json("volume", "export", "data", "artifact:1");
    json("volume", "import", "artifact:1", "data3");
    json("volume", "prune");
    if (Boolean.TRUE.equals(((Map<?, ?>) json("mounts")).get("available"))) {
      cli.run("create", "sample:1", "--name", "plain"); // a plan can't enforce limits
      page.check("plan", cli.run("--json", "mount", "--plan", "plain").json(), "--plan");
    }
    json("reset", "web");
    json("df");
    json("rm", "web");
    json("volume", "rm", "data");
  }

  @Test
  void tellsWhatIsPrintedOfRegistries() throws Exception {
    try (LocalRegistry registry = LocalRegistry.start(directory)) {
      String name = registry.host() + "/team/sample";
      json("push", "sample:1", name + ":1", "--plain-http");
      assertEquals(List.of("1"), json("tags", name, "--plain-http"));
      assertEquals(List.of("team/sample"), json("catalog", registry.host(), "--plain-http"));
      cli.run("rmi", "sample:1");
      assertTrue(json("pull", name + ":1", "--plain-http").toString().contains(name));
    }
  }

  /** What Docker Hub answers is not asked for; what is printed of it is. */
  @Test
  void tellsWhatIsPrintedOfASearch() {
    StringWriter printed = new StringWriter();
    List<SearchResult> found =
        List.of(new SearchResult("library/debian", "Debian Linux", 5, 7, true));
    SearchCommand.write(new PrintWriter(printed), true, found);
    page.check(
        "search", JsonReader.unbounded().read(printed.toString().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void tellsWhatIsPrintedOfMounts() {
    Map<?, ?> support = (Map<?, ?>) json("mounts");
    assumeTrue(
        Boolean.TRUE.equals(support.get("available")),
        () -> "can't mount: " + support.get("reason"));
    cli.run("create", "sample:1", "--name", "web");
    json("mount", "web");
    try {
      Map<?, ?> mounted = (Map<?, ?>) json("mounts");
      assertEquals(1, ((List<?>) mounted.get("mounts")).size());
      json("ps");
    } finally {
      json("umount", "web");
    }
  }

  @Test
  void tellsWhatTheDemoPrints() {
    List<?> steps = (List<?>) json("demo");
    assertTrue(steps.size() > 10, steps.toString());
  }
}
