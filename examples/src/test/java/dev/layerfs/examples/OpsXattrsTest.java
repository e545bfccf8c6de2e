package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsXattrsTest {
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
  void setsGetsListsAndRemoves() {
    ops.ok("setxattr", "/etc/motd", "user.b", "", 0);
    ops.ok("setxattr", "/etc/motd", "user.a", OpsClient.base64("\u0000\u00ff"), List.of());
    assertEquals(List.of("user.a", "user.b"), ops.ok("listxattr", "/etc/motd"));
    assertEquals("AP8=", ops.ok("getxattr", "/etc/motd", "user.a"));
    assertEquals("", ops.ok("getxattr", "/etc/motd", "user.b"));
    ops.ok("removexattr", "/etc/motd", "user.a");
    assertEquals(List.of("user.b"), ops.ok("listxattr", "/etc/motd"));
    ops.fails("ENODATA", "removexattr", "/etc/motd", "user.a");
    ops.fails("ENODATA", "getxattr", "/etc/motd", "user.a");
  }

  @Test
  void flagsAsInC() {
    ops.fails("ENODATA", "setxattr", "/etc", "user.a", "", List.of("REPLACE"));
    ops.ok("setxattr", "/etc", "user.a", "MQ==", List.of("CREATE"));
    ops.fails("EEXIST", "setxattr", "/etc", "user.a", "Mg==", "XATTR_CREATE");
    ops.ok("setxattr", "/etc", "user.a", "Mw==", "XATTR_REPLACE");
    assertEquals("Mw==", ops.ok("getxattr", "/etc", "user.a"));
    ops.fails("EINVAL", "setxattr", "/etc", "user.a", "", List.of("CREATE", "REPLACE"));
    ops.fails("EINVAL", "setxattr", "/etc", "user.a", "", List.of("create"));
    ops.fails("EINVAL", "setxattr", "/etc", "user.a", "", 7);
  }

  @Test
  void theFormsWithLDoNotFollow() {
    ops.ok("setxattr", "/bin", "user.a", "MQ==", 0);
    assertEquals(List.of("user.a"), ops.ok("listxattr", "/usr/bin"));
    assertEquals(List.of(), ops.ok("llistxattr", "/bin"));
    ops.fails("ENODATA", "lgetxattr", "/bin", "user.a");
    ops.fails("EPERM", "lsetxattr", "/bin", "user.a", "", 0);
    ops.fails("EPERM", "lremovexattr", "/bin", "user.a");
    assertEquals("MQ==", ops.ok("lgetxattr", "/bin/", "user.a"));
  }

  @Test
  void namesAndValuesComeBeforeThePath() {
    ops.fails("ERANGE", "getxattr", "/none", "");
    ops.fails("ERANGE", "setxattr", "/none", "user." + "x".repeat(251), "", 0);
    ops.fails("ERANGE", "removexattr", "/none", "user." + "x".repeat(251));
    ops.fails("E2BIG", "setxattr", "/none", "user.a", OpsClient.base64("x".repeat(65_537)), 0);
    ops.fails("ENOENT", "setxattr", "/none", "user.a", "", 0);
    ops.fails("ENOTSUP", "setxattr", "/etc", "nobody.a", "", 0);
    ops.fails("EINVAL", "setxattr", "/etc", "user.a", "?", 0);
  }
}
