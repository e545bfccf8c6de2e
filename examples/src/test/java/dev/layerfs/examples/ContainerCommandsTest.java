package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

final class ContainerCommandsTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
  }

  @Test
  void createsAContainer() {
    Cli.Result created = cli.run("create", "sample:1", "--name", "web", "--label", "a=b");
    assertTrue(created.out().matches("[0-9a-f]{12}\\R"), created.out());
    List<String> lines = cli.run("ps").lines();
    assertEquals(2, lines.size());
    assertTrue(
        lines.get(1).matches(created.lines().get(0) + "  web   .*sample:1 .* ago  closed +a=b"),
        lines.get(1));
  }

  @Test
  void createsAsJson() {
    Map<?, ?> created = (Map<?, ?>) cli.run(
            "create", "sample:1", "--name", "web", "--label", "k=v=w", "--label", "flag", "--json")
        .json();
    assertEquals("web", created.get("name"));
    assertEquals(Map.of("k", "v=w", "flag", ""), created.get("labels"));
    assertEquals(false, created.get("open"));
    assertEquals(false, created.get("ephemeral"));
    assertEquals(List.of(created), cli.run("ps", "--json").json());
  }

  @Test
  void createsWithLimits() {
    Map<?, ?> created = (Map<?, ?>)
        cli.run("create", "sample:1", "--size-limit", "1.5M", "--inode-limit", "30", "--json")
            .json();
    assertEquals("{bytes=1572864, inodes=30}", created.get("limits").toString());
    assertEquals("{bytes=0, inodes=0}", created.get("usage").toString());
    List<String> lines = cli.run("ps").lines();
    assertTrue(lines.get(1).contains("  0 B of 1.5 MB, 0 of 30 inodes"), lines.get(1));
    cli.execute("create", "sample:1", "--size-limit", "much").fails(2);
    cli.execute("create", "sample:1", "--inode-limit", "-1").fails(2);
  }

  @Test
  void createsForAUser() {
    Map<?, ?> created = (Map<?, ?>)
        cli.run("create", "sample:1", "--name", "mine", "--user", "1000:20,30", "--json")
            .json();
    assertEquals("1000:20,30", created.get("identity"));
    cli.execute("create", "sample:1", "--user", "joe").fails(2);
    cli.execute("create", "sample:1", "--user", "4294967295").fails(2);
    assertEquals(2, cli.run("ps").lines().size());
  }

  @Test
  void refusesNamesThatAreTakenOrBad() {
    cli.run("create", "sample:1", "--name", "web");
    String err = cli.execute("create", "sample:1", "--name", "web").fails(1).err();
    assertTrue(err.startsWith("layerfs: ") && err.contains("web"), err);
    cli.execute("create", "sample:1", "--name", "Not A Name").fails(2);
    cli.execute("create", "nothing:1").fails(1);
    assertEquals(2, cli.run("ps").lines().size());
  }

  @Test
  void removesSeveralAndGoesOnAfterAFailure() {
    cli.run("create", "sample:1", "--name", "one");
    cli.run("create", "sample:1", "--name", "two");
    Cli.Result result = cli.execute("rm", "one", "none", "two").fails(1);
    assertEquals(List.of("one", "two"), result.lines());
    assertEquals(
        "layerfs: no such container: none; 'layerfs ps' lists what there is\n",
        result.err().replace("\r", ""));
    assertEquals(1, cli.run("ps").lines().size());
  }

  @Test
  void removesAsJson() {
    String id = cli.run("create", "sample:1", "--name", "one").lines().get(0);
    assertEquals(List.of(id), cli.run("rm", "one", "--json").json());
  }

  @Test
  void tellsAndForgetsWhatChanged() throws IOException {
    cli.run("create", "sample:1", "--name", "web");
    assertEquals(List.of(), cli.run("diff", "web").lines());
    try (LayerStore store = LayerStore.open(cli.store());
        Container web = store.open("web")) {
      Files.writeString(web.root().resolve("etc/motd"), "third\n");
      Files.writeString(web.root().resolve("etc/new"), "new\n");
      Files.delete(web.root().resolve("etc/hosts"));
    }
    assertEquals(
        List.of("C /etc", "D /etc/hosts", "C /etc/motd", "A /etc/new"),
        cli.run("diff", "web").lines());
    List<?> changes = (List<?>) cli.run("diff", "web", "--json").json();
    assertEquals(Map.of("kind", "D", "path", "/etc/hosts"), changes.get(1));

    assertEquals(List.of("web"), cli.run("reset", "web").lines());
    assertEquals(List.of(), cli.run("diff", "web").lines());
    Map<?, ?> reset = (Map<?, ?>) cli.run("reset", "web", "--json").json();
    assertEquals("web", reset.get("name"));
    assertEquals(List.of(), cli.run("diff", "web", "--json").json());
  }

  @Test
  void comparesImages() throws IOException {
    try (LayerTar tar = new LayerTar()) {
      byte[] layer =
          tar.file("etc/hosts", "127.0.0.1 localhost\n").file("new", "new\n").toBytes();
      Path layout =
          new ImageLayout(directory.resolve("other")).layer("x", layer).write("other:1");
      cli.run("load", layout.toString());
    }
    List<String> changes = cli.run("diff", "sample:1", "other:1").lines();
    assertTrue(changes.containsAll(List.of("A /new", "D /opt", "D /etc/motd")), changes::toString);
    assertEquals(List.of(), cli.run("diff", "sample:1", "sample:1").lines());
  }

  @Test
  void saysThatAContainerIsOpenElsewhere() throws IOException {
    cli.run("create", "sample:1", "--name", "web");
    try (LayerStore store = LayerStore.open(cli.store());
        Container web = store.open("web")) {
      assertEquals("web", web.info().name().orElseThrow());
      for (String[] command : List.of(
          new String[] {"ls", "web:/"}, new String[] {"rm", "web"}, new String[] {"reset", "web"
          })) {
        String err = cli.execute(command).fails(1).err();
        assertTrue(err.startsWith("layerfs: ") && err.contains("open"), err);
      }
      assertTrue(cli.run("ps").lines().get(1).contains("  open"));
    }
    cli.run("rm", "web");
  }
}
