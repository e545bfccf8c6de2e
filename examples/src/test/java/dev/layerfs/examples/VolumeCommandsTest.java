package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeCommandsTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
  }

  /** What may be done with a container that is open. */
  private interface Use {
    void of(Path root) throws IOException;
  }

  private void with(String container, Use use) throws IOException {
    try (LayerStore store = LayerStore.open(cli.store());
        Container open = store.open(container)) {
      use.of(open.root());
    }
  }

  private Map<?, ?> inspect(String volume) {
    return (Map<?, ?>) cli.run("volume", "inspect", volume).json();
  }

  @Test
  void createsListsAndRemoves() {
    assertEquals(
        List.of("one"), cli.run("volume", "create", "one", "--label", "a=b").lines());
    cli.run("volume", "create", "two");
    List<String> lines = cli.run("volume", "ls").lines();
    assertTrue(lines.get(1).matches("one   local   .* ago +a=b"), lines.get(1));
    assertEquals(3, lines.size());
    List<?> all = (List<?>) cli.run("volume", "ls", "--json").json();
    Map<?, ?> one = (Map<?, ?>) all.get(0);
    assertEquals("one", one.get("name"));
    assertEquals(Map.of("a", "b"), one.get("labels"));
    assertEquals("local", one.get("driver"));
    assertEquals(false, one.get("anonymous"));
    assertEquals(false, one.get("open"));
    assertEquals(List.of(), one.get("containers"));
    assertTrue(String.valueOf(one.get("data")).endsWith("volumes/one/data"));
    assertEquals(List.of(), inspect("one").get("snapshots"));
    Cli.Result removed = cli.execute("volume", "rm", "one", "none", "two").fails(1);
    assertEquals(List.of("one", "two"), removed.lines());
    assertEquals(
        "layerfs: no such volume: none; 'layerfs volume ls' lists what there is\n",
        removed.err().replace("\r", ""));
    assertEquals(List.of(), cli.run("volume", "ls", "--json").json());
  }

  @Test
  void refusesWhatIsNoVolume() {
    cli.run("volume", "create", "one");
    cli.execute("volume", "create", "one").fails(1);
    cli.execute("volume", "create", "../x").fails(2);
    cli.execute("volume").fails(2);
    cli.execute("volume", "create", "x", "-o", "type=nfs").fails(2);
    cli.execute("volume", "create", "x", "-o", "size=1").fails(2);
    cli.execute("volume", "inspect", "none").fails(1);
    assertEquals(2, cli.run("volume", "ls").lines().size());
  }

  @Test
  void whatIsMissingInAVolumeIsNamedWithIt() {
    cli.run("volume", "create", "data");
    String err = cli.execute(
            "create",
            "sample:1",
            "--mount",
            "type=volume,source=data,target=/srv,volume-subpath=not/here")
        .fails(1)
        .err();
    assertTrue(
        err.startsWith("layerfs: /srv: not/here in volume data: No such file or directory"), err);
  }

  @Test
  void passwordsAreNotShown() {
    cli.run(
        "volume",
        "create",
        "share",
        "-o",
        "type=cifs",
        "-o",
        "device=//host/share",
        "-o",
        "o=username=me,password=s3cr3t");
    for (String command : List.of("ls", "ls --json", "inspect share")) {
      String shown = cli.run(("volume " + command).split(" ", -1)).out();
      assertTrue(shown.contains("kernelmount"), shown);
      assertFalse(shown.contains("s3cr3t"), shown);
    }
    assertTrue(inspect("share").get("location").toString().contains("password=***"));
  }

  @Test
  void containersShareVolumes() throws IOException {
    cli.run("create", "sample:1", "--name", "a", "-v", "data:/etc");
    cli.run("create", "sample:1", "--name", "b", "-v", "data:/mnt/data:ro");
    with("a", root -> Files.writeString(root.resolve("etc/mine"), "x"));
    with("b", root -> {
      assertEquals("x", Files.readString(root.resolve("mnt/data/mine")));
      assertEquals("second\n", Files.readString(root.resolve("mnt/data/motd")));
    });
    cli.execute("volume", "rm", "data").fails(1);
    List<?> containers = (List<?>) cli.run("ps", "--json").json();
    Map<?, ?> mount = (Map<?, ?>) ((List<?>) ((Map<?, ?>) containers.get(1)).get("volumes")).get(0);
    assertEquals(
        Map.of("target", "/mnt/data", "type", "volume", "source", "data", "readOnly", true), mount);
    cli.run("rm", "a", "b");
    cli.run("volume", "rm", "data");
  }

  @Test
  void hostPathsAreBoundAndMadeForDashV() throws IOException {
    Path made = directory.resolve("made/here");
    cli.run("create", "sample:1", "--name", "a", "-v", made + ":/mnt");
    assertTrue(Files.isDirectory(made));
    with("a", root -> Files.writeString(root.resolve("mnt/x"), "from inside"));
    assertEquals("from inside", Files.readString(made.resolve("x")));
    cli.execute(
            "create", "sample:1", "--mount", "type=bind,source=" + directory + "/none,target=/mnt")
        .fails(1);
    cli.run(
        "create",
        "sample:1",
        "--name",
        "b",
        "--mount",
        "type=bind,src=" + made + "/x,dst=/etc/motd,readonly");
    with("b", root -> assertEquals("from inside", Files.readString(root.resolve("etc/motd"))));
    assertEquals(3, cli.run("ps").lines().size());
  }

  @Test
  void memoryIsMounted() throws IOException {
    Map<?, ?> made = (Map<?, ?>)
        cli.run("create", "sample:1", "--name", "a", "--tmpfs", "/run:size=1m,mode=700", "--json")
            .json();
    Map<?, ?> mount = (Map<?, ?>) ((List<?>) made.get("volumes")).get(0);
    assertEquals("tmpfs", mount.get("type"));
    assertEquals("/run", mount.get("target"));
    assertEquals(1 << 20, ((Number) mount.get("size")).intValue());
    assertEquals("0700", mount.get("mode"));
    with("a", root -> Files.writeString(root.resolve("run/x"), "x"));
    with("a", root -> assertFalse(Files.exists(root.resolve("run/x"))));
  }

  @Test
  void mistakesInMountsAreTold() {
    for (String[] bad : List.of(
        new String[] {"-v", "data"},
        new String[] {"-v", ":/x"},
        new String[] {"-v", "data:x"},
        new String[] {"-v", "data:/"},
        new String[] {"-v", "data:/x:rx"},
        new String[] {"-v", "Data:/x"},
        new String[] {"--mount", "type=magic,source=a,target=/x"},
        new String[] {"--mount", "type=volume,target=/x"},
        new String[] {"--mount", "source=a"},
        new String[] {"--mount", "source=a,target=/x,odd=1"},
        new String[] {"--mount", "source=a,target=/x,readonly=maybe"},
        new String[] {"--mount", "source=a,source=b,target=/x"},
        new String[] {"--tmpfs", "run"},
        new String[] {"--tmpfs", "/run:size=much"},
        new String[] {"--tmpfs", "/run:mode=9"})) {
      Cli.Result result = cli.execute("create", "sample:1", bad[0], bad[1]).fails(2);
      assertTrue(result.err().startsWith("layerfs: "), result.err());
      assertFalse(result.err().contains("internal error"), result.err());
    }
    assertEquals(1, cli.run("ps").lines().size());
    assertEquals(1, cli.run("volume", "ls").lines().size());
  }

  @Test
  void prunesWhatNobodyUses() {
    cli.run("volume", "create", "one", "--label", "k=v");
    cli.run("volume", "create", "two");
    assertEquals(List.of("Freed 0 B"), cli.run("volume", "prune").lines());
    Map<?, ?> pruned = (Map<?, ?>)
        cli.run("volume", "prune", "--all", "--label", "k", "--json").json();
    assertEquals(List.of("one"), pruned.get("names"));
    assertEquals("two", cli.run("volume", "prune", "-a").lines().get(0));
  }

  @Test
  void snapshotsAreGoneBackTo() throws IOException {
    cli.run("create", "sample:1", "--name", "a", "-v", "data:/etc");
    String id = cli.run("volume", "snapshot", "data").lines().get(0);
    with("a", root -> Files.delete(root.resolve("etc/motd")));
    assertTrue(cli.run("volume", "snapshot", "data", "--list").out().contains(id));
    assertEquals(1, ((List<?>) inspect("data").get("snapshots")).size());
    cli.run("volume", "clone", "data", "copy");
    assertEquals(List.of("data"), cli.run("volume", "restore", "data", id).lines());
    with("a", root -> assertTrue(Files.exists(root.resolve("etc/motd"))));
    cli.run("create", "sample:1", "--name", "b", "-v", "copy:/etc:nocopy");
    with("b", root -> assertFalse(Files.exists(root.resolve("etc/motd"))));
    cli.run("volume", "snapshot", "data", "--rm", id);
    cli.execute("volume", "restore", "data", id).fails(1);
    assertEquals(
        List.of(), cli.run("volume", "snapshot", "data", "--list", "--json").json());
  }

  @Test
  void artifactsAreSavedLoadedAndImported() throws IOException {
    cli.run("create", "sample:1", "-v", "data:/etc");
    Map<?, ?> exported =
        (Map<?, ?>) cli.run("volume", "export", "data", "team/data:1", "--json").json();
    assertEquals("data", exported.get("volume"));
    Path saved = directory.resolve("saved.tar");
    cli.run("save", "team/data:1", "-o", saved.toString());
    cli.run("rmi", "team/data:1");
    assertTrue(cli.run("load", saved.toString()).out().contains("volume"));
    assertEquals(
        List.of("copy"), cli.run("volume", "import", "team/data:1", "copy").lines());
    cli.run("create", "sample:1", "--name", "b", "-v", "copy:/mnt");
    with("b", root -> assertEquals("second\n", Files.readString(root.resolve("mnt/motd"))));
  }

  @Test
  void volumesOfTheImageCanBeLeftOut() throws IOException {
    cli.run("create", "sample:1", "--name", "a");
    cli.run("commit", "a", "declaring:1", "--change", "VOLUME /opt");
    cli.run("create", "declaring:1", "--name", "b");
    cli.run("create", "declaring:1", "--name", "c", "--no-image-volumes");
    List<?> all = (List<?>) cli.run("volume", "ls", "--json").json();
    assertEquals(1, all.size());
    assertEquals(true, ((Map<?, ?>) all.get(0)).get("anonymous"));
    cli.run("rm", "b");
    assertEquals(List.of(), cli.run("volume", "ls", "--json").json());
  }
}
