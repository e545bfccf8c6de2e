package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mount}, {@code umount} and {@code mounts} on a real kernel; needs root. */
final class MountCommandsTest {
  @TempDir
  Path temporary;

  private Cli cli = new Cli(Path.of(""));
  private Path target;

  @BeforeEach
  void create() throws IOException {
    cli = new Cli(temporary).withSample();
    target = Files.createDirectory(temporary.resolve("target"));
    cli.run("create", "--name", "web", "sample:1");
    Map<?, ?> support = (Map<?, ?>) cli.run("--json", "mounts").json();
    assumeTrue(
        support.get("available").equals(true), () -> "can't mount: " + support.get("reason"));
  }

  @Test
  void aContainerIsMountedAndUnmounted() throws IOException {
    assertEquals(
        List.of(target.toString()), cli.run("mount", "web", target.toString()).lines());
    try {
      Files.writeString(target.resolve("new"), "by the kernel");
      assertTrue(cli.run("ps").out().contains("mounted at " + target.toRealPath()));
      assertTrue(cli.run("mounts").out().contains(target.toRealPath().toString()));
      assertTrue(cli.execute("rm", "web").fails(1).err().contains("mounted"));
    } finally {
      assertEquals(List.of("web"), cli.run("umount", "web").lines());
    }
    assertEquals("by the kernel", cli.run("cat", "web:/new").out());
    assertTrue(cli.execute("umount", "web").fails(1).err().contains("mount of container"));
  }

  @Test
  void withoutATargetItIsMountedInTheStore() throws IOException {
    Map<?, ?> mount = (Map<?, ?>) cli.run("--json", "mount", "web").json();
    Path root = Path.of((String) mount.get("target"));
    try {
      assertTrue(root.startsWith(cli.store()));
      assertTrue(Files.isDirectory(root));
    } finally {
      cli.run("umount", "--lazy", "web");
    }
  }

  @Test
  void aPlanIsAListOfMounts() {
    Map<?, ?> plan = (Map<?, ?>) cli.run("mount", "--plan", "web").json();
    List<?> mounts = (List<?>) plan.get("mounts");
    Map<?, ?> overlay = (Map<?, ?>) mounts.get(mounts.size() - 1);
    assertEquals("overlay", overlay.get("type"));
    assertTrue(((List<?>) overlay.get("options")).toString().contains("upperdir="));
    cli.execute("mount", "--plan", "web", target.toString()).fails(2);
    cli.execute("mount", "--backend", "zfs", "web").fails(2);
  }
}
