package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LookCommandsTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
  }

  @Test
  void listsADirectoryOfAnImage() {
    List<String> lines = cli.run("ls", "sample:1:/").lines();
    assertEquals(4, lines.size(), lines::toString);
    assertTrue(
        lines.get(0).matches("lrwxrwxrwx +1 +0 +0 +7 +20.. ?.*bin -> usr/bin"), lines.get(0));
    assertTrue(lines.get(1).matches("drwxr-xr-x .*  etc"), lines.get(1));
    assertEquals(lines, cli.run("ls", "sample:1").lines());
  }

  @Test
  void listsAContainer() {
    cli.run("create", "sample:1", "--name", "web");
    List<String> lines = cli.run("ls", "web:/usr/bin/").lines();
    assertTrue(lines.get(0).matches("-rwsr-xr-x +1 +0 +0 +5 +.*  tool"), lines.get(0));
  }

  @Test
  void listsAFileAndWhatALinkLeadsTo() {
    assertTrue(cli.run("ls", "sample:1:/bin").lines().get(0).endsWith("  tool"));
    assertTrue(cli.run("ls", "sample:1:/etc/motd").lines().get(0).endsWith("  motd"));
    assertTrue(cli.run("ls", "sample:1:/etc/loop").lines().get(0).endsWith("  loop -> loop"));
  }

  @Test
  void listsAsJson() {
    List<?> files = (List<?>) cli.run("ls", "--json", "sample:1:/etc").json();
    Map<?, ?> motd = (Map<?, ?>) files.get(2);
    assertEquals("/etc/motd", motd.get("path"));
    assertEquals("file", motd.get("type"));
    assertEquals("0644", motd.get("mode"));
    assertEquals("7", String.valueOf(motd.get("size")));
    assertEquals("1704067200000000000", String.valueOf(motd.get("mtime")));
    assertEquals("[0, 0]", String.valueOf(motd.get("rdev")));
    assertFalse(motd.containsKey("target") || motd.containsKey("xattrs"));
    Map<?, ?> loop = (Map<?, ?>) files.get(1);
    assertEquals("loop", loop.get("target"));
  }

  @Test
  void printsContent() {
    assertEquals("second\n", cli.run("cat", "sample:1:/etc/motd").out());
    byte[] tool = {0x7f, 'E', 'L', 'F', (byte) 0xff};
    assertArrayEquals(tool, cli.run("cat", "sample:1:/bin/tool").bytes());
    assertEquals(
        Map.of("path", "/bin/tool", "data64", Base64.getEncoder().encodeToString(tool)),
        cli.run("cat", "--json", "sample:1:/bin/tool").json());
  }

  @Test
  void showsAttributes() {
    String stat = cli.run("stat", "sample:1:/usr/bin/tool").out();
    assertTrue(stat.contains("Mode:  4755 (-rwsr-xr-x)"), stat);
    assertTrue(stat.contains("Modified:  2024-01-01T00:00:00Z"), stat);
    Map<?, ?> link = (Map<?, ?>) cli.run("stat", "sample:1:/bin", "--json").json();
    assertEquals("symlink", link.get("type"));
    assertEquals("usr/bin", link.get("target"));
    Map<?, ?> followed =
        (Map<?, ?>) cli.run("stat", "-L", "sample:1:/bin", "--json").json();
    assertEquals("dir", followed.get("type"));
  }

  @Test
  void findsEverything() {
    List<String> paths = cli.run("find", "sample:1:/usr").lines();
    assertEquals(
        List.of(
            "/usr",
            "/usr/bin",
            "/usr/bin/tool",
            "/usr/share",
            "/usr/share/doc",
            "/usr/share/doc/tool",
            "/usr/share/doc/tool/copyright"),
        paths);
    List<?> files = (List<?>) cli.run("find", "sample:1:/usr", "--json").json();
    assertEquals(
        paths, files.stream().map(file -> ((Map<?, ?>) file).get("path")).toList());
    assertEquals("/", cli.run("find", "sample:1").lines().get(0));
    assertFalse(cli.run("find", "sample:1").lines().contains("/opt/old"));
  }

  @Test
  void drawsATree() {
    assertEquals("""
        /usr
        ├── bin
        │   └── tool
        └── share
            └── doc

        3 directories, 1 files
        """, cli.run("tree", "-L", "2", "sample:1:/usr").out().replace("\r", ""));
    Map<?, ?> tree = (Map<?, ?>) cli.run("tree", "sample:1:/usr/bin", "--json").json();
    List<?> children = (List<?>) tree.get("children");
    assertEquals("/usr/bin/tool", ((Map<?, ?>) children.get(0)).get("path"));
    cli.execute("tree", "-L", "0", "sample:1").fails(2);
  }

  @Test
  void failsAsTheKernelWould() {
    assertEquals(
        "layerfs: /no/such: No such file or directory",
        cli.execute("stat", "sample:1:/no/such").fails(1).err().strip());
    assertTrue(cli.execute("cat", "sample:1:/etc").fails(1).err().contains("Is a directory"));
    assertTrue(cli.execute("cat", "sample:1:/etc/loop").fails(1).err().contains("symbolic links"));
    assertTrue(
        cli.execute("ls", "sample:1:/etc/motd/x").fails(1).err().contains("Not a directory"));
    assertEquals(
        "layerfs: no such container or image: nothing; 'layerfs ps' and 'layerfs images' list what there is",
        cli.execute("ls", "nothing:/").fails(1).err().strip());
  }

  @Test
  void namesThatAreNotTextSurviveAndDoNoHarm() throws IOException {
    cli.run("load", cli.writeOdd("odd:1").toString());
    assertTrue(cli.run("ls", "odd:1").out().contains("a\\377\\033"));
    assertTrue(cli.run("diff", "sample:1", "odd:1").lines().contains("A /a\\377\\033"));
    assertTrue(cli.run("ls", "odd:1").lines().get(1).matches("prw-r--r-- .*  pipe"));
    Cli.Result json = cli.run("ls", "--json", "odd:1");
    assertTrue(json.out().contains("\"/a\\udcff\\u001b\""), json.out());
    Map<?, ?> file = (Map<?, ?>) ((List<?>) json.json()).get(0);
    assertEquals("/a\udcff\u001b", file.get("path"));
    assertEquals(Map.of("user.note", "aGk="), file.get("xattrs"));
    assertEquals("4294967294", String.valueOf(file.get("uid")));
    assertTrue(cli.run("stat", "odd:1:/pipe").out().contains("Type:  fifo"));
  }
}
