package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpCommandTest {
  private static final Instant TIME = Instant.parse("2001-02-03T04:05:06Z");

  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));
  private Path host = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
    cli.run("create", "sample:1", "--name", "web");
    host = Files.createDirectory(directory.resolve("host"));
  }

  @Test
  void copiesAFileIn() throws IOException {
    Path file = Files.writeString(host.resolve("file"), "from the host\n");
    cli.run("cp", file.toString(), "web:/etc/motd");
    assertEquals("from the host\n", cli.run("cat", "web:/etc/motd").out());
    assertEquals("second\n", cli.run("cat", "sample:1:/etc/motd").out());
    cli.run("cp", file.toString(), "web:/etc");
    cli.run("cp", file.toString(), "web:/bin/");
    assertEquals("from the host\n", cli.run("cat", "web:/etc/file").out());
    assertEquals("from the host\n", cli.run("cat", "web:/usr/bin/file").out());
    assertEquals("symlink", stat("web:/bin").get("type"));
  }

  @Test
  void copiesAFileOut() throws IOException {
    cli.run("cp", "web:/etc/motd", host.toString());
    assertEquals("second\n", Files.readString(host.resolve("motd")));
    cli.run("cp", "sample:1:/etc/motd", host.resolve("renamed").toString());
    assertEquals("second\n", Files.readString(host.resolve("renamed")));
  }

  @Test
  void copiesADirectoryThereAndBack() throws IOException {
    Path out = host.resolve("out");
    cli.run("cp", "web:/", out.toString());
    assertEquals("second\n", Files.readString(out.resolve("etc/motd")));
    assertEquals(Path.of("usr/bin"), Files.readSymbolicLink(out.resolve("bin")));
    assertFalse(Files.exists(out.resolve("opt/old")));
    Map<?, ?> document =
        (Map<?, ?>) cli.run("cp", out.toString(), "web:/copy", "--json").json();
    assertEquals(List.of(), document.get("skipped"));
    List<String> copied = cli.run("find", "web:/copy").lines();
    assertEquals(
        cli.run("find", "sample:1:/").lines(),
        copied.stream()
            .map(path -> path.equals("/copy") ? "/" : path.substring(5))
            .toList());
    assertEquals(String.valueOf(copied.size()), String.valueOf(document.get("files")));
  }

  @Test
  void aDirectoryGoesIntoOneThatExistsAndItsContentsWithADot() throws IOException {
    Path etc = Files.createDirectory(host.resolve("etc"));
    Files.writeString(etc.resolve("motd"), "merged\n");
    cli.run("cp", etc.toString(), "web:/opt");
    assertEquals("merged\n", cli.run("cat", "web:/opt/etc/motd").out());
    cli.run("cp", etc + "/.", "web:/etc");
    assertEquals("merged\n", cli.run("cat", "web:/etc/motd").out());
    assertEquals("127.0.0.1 localhost\n", cli.run("cat", "web:/etc/hosts").out());
    cli.run("cp", "web:/opt/.", host.toString());
    assertEquals("merged\n", Files.readString(host.resolve("etc/motd")));
  }

  @Test
  void archiveKeepsTimesBothWays() throws IOException {
    Path file = Files.writeString(host.resolve("file"), "x");
    Files.setLastModifiedTime(file, FileTime.from(TIME));
    cli.run("cp", "-a", file.toString(), "web:/kept");
    cli.run("cp", file.toString(), "web:/new");
    assertEquals("981173106000000000", String.valueOf(stat("web:/kept").get("mtime")));
    assertFalse("981173106000000000".equals(String.valueOf(stat("web:/new").get("mtime"))));
    cli.run("cp", "-a", "web:/kept", host.resolve("back").toString());
    assertEquals(TIME, Files.getLastModifiedTime(host.resolve("back")).toInstant());
  }

  @Test
  void permissionsAreKeptButSetIdBitsOnlyWithTheOwner() throws IOException {
    Assumptions.assumeTrue(
        host.getFileSystem().supportedFileAttributeViews().contains("unix"), "needs Unix modes");
    Path tool = host.resolve("tool");
    cli.run("cp", "web:/usr/bin/tool", tool.toString());
    assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(tool)));
    assertEquals(0755, (int) Files.getAttribute(tool, "unix:mode") & 07777);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("r-x------"));
    cli.run("cp", tool.toString(), "web:/tool");
    assertEquals("0500", stat("web:/tool").get("mode"));
    assertEquals("0", String.valueOf(stat("web:/tool").get("uid")));
  }

  @Test
  void whatIsInTheWayIsReplacedNotFollowed() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "precious");
    Path link = Files.createSymbolicLink(host.resolve("motd"), precious);
    cli.run("cp", "web:/etc/motd", host.toString());
    assertEquals("precious", Files.readString(precious));
    assertTrue(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS));
    Files.createSymbolicLink(host.resolve("etc"), directory);
    assertTrue(cli.execute("cp", "web:/etc", host.toString()).fails(1).err().contains("etc"));
  }

  @Test
  void linksInTheContainerLeadNowhereElse() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    try (LayerStore store = LayerStore.open(cli.store());
        Container web = store.open("web")) {
      byte[] target = directory.toString().replace('\\', '/').getBytes("UTF-8");
      web.posix().symlink(web.posix().root(), Name.of("escape"), target);
    }
    cli.execute("cat", "web:/escape/secret").fails(1);
    cli.execute("cp", host.resolve("x").toString(), "web:/escape/x").fails(1);
    Path file = Files.writeString(host.resolve("file"), "x");
    cli.execute("cp", file.toString(), "web:/escape/secret").fails(1);
    assertEquals("secret", Files.readString(secret));
  }

  @Test
  void specialFilesAreSkippedWithAWarning() throws IOException {
    try (LayerStore store = LayerStore.open(cli.store());
        Container web = store.open("web")) {
      web.posix().create(web.posix().root(), Name.of("pipe"), FileType.FIFO, 0644, 0, 0);
    }
    Path out = host.resolve("out");
    Cli.Result result = cli.run("cp", "web:/", out.toString(), "--json");
    assertEquals("layerfs: /pipe: skipped, it is a fifo", result.err().strip());
    assertEquals(List.of("/pipe"), ((Map<?, ?>) result.json()).get("skipped"));
    assertTrue(Files.exists(out.resolve("etc/motd")));
  }

  @Test
  void refusesWhatMakesNoSense() {
    cli.execute("cp", "web:/etc", "web:/opt").fails(2);
    cli.execute("cp", "/etc", "/opt").fails(2);
    cli.execute("cp", host.resolve("nothing").toString(), "web:/").fails(1);
    cli.execute("cp", "web:/nothing", host.toString()).fails(1);
    cli.execute("cp", host.toString(), "web:/no/such/place").fails(1);
    cli.execute("cp", host.toString(), "web:/etc/motd").fails(1);
    String err = cli.execute("cp", host.toString(), "sample:1:/x").fails(1).err();
    assertTrue(err.contains("Read-only file system"), err);
  }

  private Map<?, ?> stat(String location) {
    return (Map<?, ?>) cli.run("stat", "--json", location).json();
  }
}
