package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsAttributesTest {
  @TempDir
  private Path directory;

  private OpsClient ops;

  @BeforeEach
  void setUp() throws IOException {
    ops = OpsClient.onSample(directory);
  }

  @AfterEach
  void tearDown() throws IOException {
    ops.close();
  }

  @Test
  void statIsTheObjectOfTheStatCommand() throws IOException {
    Map<?, ?> tool = (Map<?, ?>) ops.ok("stat", "/bin/tool");
    assertEquals(
        List.of(
            "type", "mode", "uid", "gid", "size", "nlink", "ino", "mtime", "atime", "ctime",
            "rdev"),
        List.copyOf(tool.keySet()));
    assertEquals("[file, 4755, 5]", pick(tool, "type", "mode", "size"));
    assertEquals("[1704067200000000000, [0, 0]]", pick(tool, "mtime", "rdev"));
    ops.end();
    Map<?, ?> told = (Map<?, ?>)
        new Cli(directory).run("stat", "--json", "web:/usr/bin/tool").json();
    told.remove("path");
    assertEquals(tool, told);
  }

  @Test
  void lstatDoesNotFollow() {
    assertEquals("[dir]", pick(ops.ok("stat", "/bin"), "type"));
    assertEquals("[symlink, 0777, 7]", pick(ops.ok("lstat", "/bin"), "type", "mode", "size"));
    assertEquals("[dir]", pick(ops.ok("lstat", "/bin/"), "type"));
    assertEquals("[dir]", pick(ops.ok("stat", "//"), "type"));
    ops.fails("ENOENT", "stat", "/etc/none");
    ops.fails("ENOENT", "stat", "");
    ops.fails("ENOTDIR", "stat", "/etc/motd/");
    ops.fails("ENOTDIR", "lstat", "/etc/motd/x");
    ops.fails("ELOOP", "stat", "/etc/loop");
    ops.fails("ELOOP", "lstat", "/etc/loop/");
    ops.fails("ENAMETOOLONG", "stat", "/" + "n".repeat(256));
    ops.fails("ENAMETOOLONG", "stat", "/etc".repeat(1024));
    ops.fails("EINVAL", "stat", "/etc/mo\u0000td");
  }

  @Test
  void linksLeadNowhereOutside() {
    ops.ok("symlink", "../../../../../../etc/motd", "/usr/out");
    assertEquals("second\n", ops.text("/usr/out"));
    ops.ok("symlink", "/etc", "/usr/absolute");
    assertEquals("second\n", ops.text("/usr/../usr/absolute/../etc/motd"));
    ops.ok("unlink", "/usr/absolute"); // JUnit warns of it when it cleans up
  }

  @Test
  void readdirIsSortedByBytes() {
    ops.ok("mknod", "/etc/\uffee", "file", "0600");
    ops.ok("mknod", "/etc/\ud83d\ude00", "fifo", "0600");
    ops.ok("mknod", "/etc/Z", "socket", "0600");
    assertEquals(
        List.of(
            List.of("Z", "socket"),
            List.of("hosts", "file"),
            List.of("loop", "symlink"),
            List.of("motd", "file"),
            List.of("\uffee", "file"),
            List.of("\ud83d\ude00", "fifo")),
        ops.ok("readdir", "/etc"));
    assertEquals(List.of(List.of("tool", "file")), ops.ok("readdir", "/bin"));
    ops.fails("ENOTDIR", "readdir", "/etc/motd");
    ops.fails("ENOENT", "readdir", "/none");
  }

  @Test
  void readlink() {
    assertEquals("usr/bin", ops.ok("readlink", "/bin"));
    ops.fails("EINVAL", "readlink", "/bin/");
    ops.fails("EINVAL", "readlink", "/etc/motd");
    ops.fails("ENOENT", "readlink", "/none");
  }

  @Test
  void chmod() {
    ops.ok("chmod", "/etc/motd", "2750");
    assertEquals("[2750]", pick(ops.ok("stat", "/etc/motd"), "mode"));
    ops.ok("chmod", "/etc/motd", "100400"); // with the type's bits, as st_mode has them
    assertEquals("[0400]", pick(ops.ok("stat", "/etc/motd"), "mode"));
    ops.ok("chmod", "/bin", "0711");
    assertEquals("[0711]", pick(ops.ok("stat", "/usr/bin"), "mode"));
    assertEquals("[0777]", pick(ops.ok("lstat", "/bin"), "mode"));
    for (Object mode : new Object[] {"", "8", "-1", "0x7", "12345670", 420, null}) {
      ops.fails("EINVAL", "chmod", "/etc/motd", mode);
    }
  }

  @Test
  void chown() {
    ops.ok("chown", "/bin/tool", 1, 4_294_967_294L);
    assertEquals("[1, 4294967294, 0755]", pick(ops.ok("stat", "/bin/tool"), "uid", "gid", "mode"));
    ops.ok("chown", "/bin/tool", -1, 7);
    ops.ok("chown", "/bin/tool", 4_294_967_295L, -1);
    assertEquals("[1, 7]", pick(ops.ok("stat", "/bin/tool"), "uid", "gid"));
    ops.ok("chown", "/bin", 3, 4);
    ops.ok("lchown", "/bin", 5, 6);
    assertEquals("[3, 4]", pick(ops.ok("stat", "/bin"), "uid", "gid"));
    assertEquals("[5, 6]", pick(ops.ok("lstat", "/bin"), "uid", "gid"));
    ops.fails("EINVAL", "chown", "/bin", -2, 0);
    ops.fails("EINVAL", "chown", "/bin", 0, 4_294_967_296L);
    ops.fails("ENOENT", "lchown", "/none", 0, 0);
  }

  @Test
  void utimens() {
    ops.ok("utimens", "/etc/motd", 1_000_000_001L, -2_000_000_000L);
    assertEquals("[1000000001, -2000000000]", pick(ops.ok("stat", "/etc/motd"), "atime", "mtime"));
    ops.ok("utimens", "/etc/motd", null, 5);
    ops.ok("utimens", "/etc/motd", 7, null);
    assertEquals("[7, 5]", pick(ops.ok("stat", "/etc/motd"), "atime", "mtime"));
    assertTrue((Boolean) ops.ok("utimens", "/none", null, null));
    ops.fails("ENOENT", "utimens", "/none", 0, null);
    ops.fails("EINVAL", "utimens", "/etc/motd", "now", 0);
    ops.fails("EINVAL", "utimens", "/etc/motd", 1.5, 0);
    assertEquals(
        "EINVAL", ops.answer("[\"utimens\",\"/etc\",0,1" + "0".repeat(40) + "]").get("errno"));
  }

  @Test
  void truncate() {
    ops.ok("truncate", "/etc/motd", 3);
    assertEquals("sec", ops.text("/etc/motd"));
    ops.ok("truncate", "/etc/motd", 5);
    assertEquals("sec\0\0", ops.text("/etc/motd"));
    ops.ok("mknod", "/pipe", "fifo", "0600");
    ops.fails("EISDIR", "truncate", "/bin", 0);
    ops.fails("EINVAL", "truncate", "/pipe", 0);
    ops.fails("EINVAL", "truncate", "/etc/motd", -1);
    ops.fails("EFBIG", "truncate", "/etc/motd", Long.MAX_VALUE);
    ops.fails("ENOTDIR", "truncate", "/etc/motd/", 0);
    assertEquals("sec\0\0", ops.text("/etc/motd"));
  }

  @Test
  void access() {
    ops.ok("access", "/bin/tool", "rwx");
    ops.ok("access", "/etc/motd", "");
    ops.ok("access", "/bin", "x");
    ops.fails("EACCES", "access", "/etc/motd", "x");
    ops.fails("ENOENT", "access", "/none", "");
    ops.fails("EINVAL", "access", "/bin", "R");
  }

  @Test
  void statfsAndSync() {
    Map<?, ?> figures = (Map<?, ?>) ops.ok("statfs", "/etc");
    assertEquals("[4096, false]", pick(figures, "blockSize", "readOnly"));
    assertFalse(figures.get("totalBlocks").toString().startsWith("-"));
    assertEquals(5, figures.size());
    ops.fails("ENOENT", "statfs", "/none");
    assertEquals(true, ops.ok("sync"));
  }

  private static String pick(Object object, String... members) {
    return List.of(members).stream()
        .map(member -> String.valueOf(((Map<?, ?>) object).get(member)))
        .toList()
        .toString();
  }
}
