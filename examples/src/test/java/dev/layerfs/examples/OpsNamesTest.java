package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsNamesTest {
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
  void mkdir() {
    ops.ok("mkdir", "/new/", "7755");
    assertEquals("1755", mode("/new")); // mkdir(2) gives no set-id bits
    ops.ok("mkdir", "/new/sub", "0700");
    ops.fails("EEXIST", "mkdir", "/new", "0755");
    ops.fails("EEXIST", "mkdir", "/", "0755");
    ops.fails("EEXIST", "mkdir", "/new/.", "0755");
    ops.fails("EEXIST", "mkdir", "/new/sub/..", "0755");
    ops.fails("EEXIST", "mkdir", "/etc/loop/", "0755");
    ops.fails("ENOENT", "mkdir", "/none/new", "0755");
    ops.fails("ENOTDIR", "mkdir", "/etc/motd/new", "0755");
    ops.fails("EINVAL", "mkdir", "/other", 755);
  }

  @Test
  void mknod() {
    ops.ok("mknod", "/p", "fifo", "0600");
    ops.ok("mknod", "/s", "socket", "7777", List.of(0, 0));
    ops.ok("mknod", "/f", "file", "4711");
    ops.ok("mknod", "/b", "block", "0660", List.of(8, 1_048_575));
    ops.ok("mknod", "/c", "char", "0666", List.of(4095, 3));
    assertEquals(List.of("fifo", "socket", "file"), List.of(type("/p"), type("/s"), type("/f")));
    assertEquals("4711", mode("/f"));
    assertEquals("[4095, 3]", String.valueOf(lstat("/c").get("rdev")));
    assertEquals("[8, 1048575]", String.valueOf(lstat("/b").get("rdev")));
    ops.fails("EPERM", "mknod", "/w", "char", "0000", List.of(0, 0)); // a whiteout
    ops.fails("EPERM", "mknod", "/none/d", "dir", "0755");
    ops.fails("EINVAL", "mknod", "/l", "symlink", "0777");
    ops.fails("EINVAL", "mknod", "/x", "thing", "0777");
    ops.fails("EINVAL", "mknod", "/x", "char", "0777");
    ops.fails("EINVAL", "mknod", "/x", "char", "0777", List.of(1));
    ops.fails("EINVAL", "mknod", "/x", "char", "0777", List.of(1, "3"));
    ops.fails("EINVAL", "mknod", "/x", "char", "0777", List.of(4096, 0));
    ops.fails("EINVAL", "mknod", "/x", "char", "0777", List.of(1, 1L << 40));
    ops.fails("ENOENT", "mknod", "/x/", "fifo", "0600");
    ops.fails("EEXIST", "mknod", "/etc/motd/", "fifo", "0600");
    ops.fails("EEXIST", "mknod", "/p", "fifo", "0600");
  }

  @Test
  void symlink() {
    ops.ok("symlink", "a/\udbff\udfff/../x//", "/l");
    assertEquals("a/\udbff\udfff/../x//", ops.ok("readlink", "/l"));
    ops.fails("EEXIST", "symlink", "x", "/l");
    ops.fails("EEXIST", "symlink", "x", "/");
    ops.fails("ENOENT", "symlink", "x", "/new/");
    ops.fails("ENOENT", "symlink", "", "/l");
    ops.fails("ENAMETOOLONG", "symlink", "x".repeat(4096), "/l");
    ops.fails("EINVAL", "symlink", "a\u0000b", "/n");
    ops.ok("symlink", "x".repeat(4095), "/long");
  }

  @Test
  void link() {
    ops.ok("link", "/etc/motd", "/motd");
    ops.ok("link", "/bin", "/bin2"); // the link itself
    assertEquals("symlink", type("/bin2"));
    assertEquals("2", String.valueOf(lstat("/etc/motd").get("nlink")));
    assertEquals(lstat("/etc/motd").get("ino"), lstat("/motd").get("ino"));
    ops.fails("EPERM", "link", "/etc", "/etc2");
    ops.fails("EPERM", "link", "/bin/", "/etc2");
    ops.fails("EEXIST", "link", "/etc", "/motd");
    ops.fails("ENOENT", "link", "/none", "/motd");
    ops.fails("ENOENT", "link", "/motd", "/motd2/");
    ops.fails("ENOTDIR", "link", "/motd/", "/motd2");
  }

  @Test
  void unlink() {
    ops.ok("unlink", "/etc/motd");
    ops.fails("ENOENT", "stat", "/etc/motd");
    ops.ok("unlink", "/bin");
    assertEquals("file", type("/usr/bin/tool"));
    ops.fails("EISDIR", "unlink", "/etc");
    ops.fails("EISDIR", "unlink", "/etc/");
    ops.fails("EISDIR", "unlink", "/");
    ops.fails("EISDIR", "unlink", "/etc/.");
    ops.fails("EISDIR", "unlink", "/etc/..");
    ops.fails("ENOENT", "unlink", "/etc/motd/");
    ops.fails("ENOTDIR", "unlink", "/etc/hosts/");
    ops.fails("ENOTDIR", "unlink", "/etc/hosts/x");
    ops.ok("symlink", "etc", "/l");
    ops.fails("ENOTDIR", "unlink", "/l/");
  }

  @Test
  void rmdir() {
    ops.ok("rmdir", "/opt/");
    ops.ok("mkdir", "/opt", "0755");
    ops.ok("rmdir", "/opt");
    ops.fails("EBUSY", "rmdir", "/");
    ops.fails("EINVAL", "rmdir", "/etc/.");
    ops.fails("EINVAL", "rmdir", "/.");
    ops.fails("EINVAL", "rmdir", "/etc/.//");
    ops.fails("ENOTEMPTY", "rmdir", "/etc/..");
    ops.fails("ENOTEMPTY", "rmdir", "/etc");
    ops.fails("ENOTDIR", "rmdir", "/bin");
    ops.fails("ENOTDIR", "rmdir", "/bin/");
    ops.fails("ENOENT", "rmdir", "/none");
    ops.fails("ENOTDIR", "rmdir", "/etc/motd/.");
  }

  @Test
  void rename() {
    ops.ok("rename", "/etc/motd", "/motd");
    ops.ok("rename", "/usr/", "/sys/");
    assertEquals("free\n", ops.text("/sys/share/doc/tool/copyright"));
    ops.ok("rename", "/motd", "/etc/hosts", List.of());
    assertEquals("second\n", ops.text("/etc/hosts"));
    ops.fails("ENOENT", "rename", "/motd", "/x");
    ops.fails("EISDIR", "rename", "/etc/hosts", "/opt");
    ops.fails("ENOTDIR", "rename", "/opt", "/etc/hosts");
    ops.fails("ENOTEMPTY", "rename", "/opt", "/etc");
    ops.fails("EINVAL", "rename", "/sys", "/sys/bin/x");
    ops.fails("EBUSY", "rename", "/", "/x");
    ops.fails("EBUSY", "rename", "/etc/.", "/x");
    ops.fails("EBUSY", "rename", "/etc", "/opt/..");
    ops.fails("ENOTDIR", "rename", "/etc/hosts/", "/x");
    ops.fails("ENOTDIR", "rename", "/etc/hosts", "/x/");
    ops.fails("ENOTDIR", "rename", "/bin/", "/x");
  }

  @Test
  void renameFlags() {
    ops.fails("EEXIST", "rename", "/etc/motd", "/opt", List.of("NOREPLACE"));
    ops.fails("EEXIST", "rename", "/etc/motd/", "/opt/", List.of("NOREPLACE"));
    ops.fails("EEXIST", "rename", "/etc/motd", "/opt/.", List.of("NOREPLACE"));
    ops.ok("rename", "/etc/motd", "/new", List.of("RENAME_NOREPLACE"));
    ops.fails("ENOENT", "rename", "/new", "/none", List.of("EXCHANGE"));
    ops.fails("ENOENT", "rename", "/new/", "/none", List.of("EXCHANGE"));
    ops.fails("ENOTDIR", "rename", "/opt", "/new/", List.of("EXCHANGE"));
    ops.fails("ENOTDIR", "rename", "/new/", "/opt", List.of("EXCHANGE"));
    ops.fails("EINVAL", "rename", "/opt", "/", List.of("EXCHANGE", "NOREPLACE"));
    ops.fails("EINVAL", "rename", "/new", "/opt", List.of("WHITEOUT"));
    ops.ok("rename", "/new", "/opt/", List.of("EXCHANGE"));
    assertEquals(List.of("file", "dir"), List.of(type("/opt"), type("/new")));
  }

  private Map<?, ?> lstat(String path) {
    return (Map<?, ?>) ops.ok("lstat", path);
  }

  private Object type(String path) {
    return lstat(path).get("type");
  }

  private Object mode(String path) {
    return lstat(path).get("mode");
  }
}
