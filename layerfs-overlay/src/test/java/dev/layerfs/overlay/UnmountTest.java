package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.spi.MountBackend.Union;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keeps a mount from being unmounted, and who is told. */
final class UnmountTest extends MountingTest {
  private Path target;

  @BeforeEach
  void mount() throws IOException {
    target = directory("target");
    Path lower = directory("lower");
    Files.writeString(lower.resolve("file"), "content");
    Files.createDirectory(lower.resolve("dir"));
    Files.copy(Path.of("/bin/sh").toRealPath(), lower.resolve("sh"));
    mountUnion(lower, target);
  }

  private void mountUnion(Path lower, Path at) throws IOException {
    Path upper = Files.createTempDirectory(temp, "upper");
    Path work = Files.createTempDirectory(temp, "work");
    backend.mountUnion(new Union("layerfs-test", List.of(lower), upper, work, false, true), at);
  }

  /** Requires that a mount is in use by what is said, and not any more when that has ended. */
  private void requireHeld(String by, Waiting holder) throws IOException {
    try (holder) {
      InUseException busy =
          assertThrows(InUseException.class, () -> backend.unmount(target, false));
      assertEquals(target + ": in use; " + by, busy.getMessage());
      assertEquals(
          target + ": umount2: EBUSY (Device or resource busy)", busy.getCause().getMessage());
      assertEquals("overlay", findmnt(target, "FSTYPE"));
    }
    backend.unmount(target, false);
  }

  @Test
  void aWorkingDirectory() throws IOException {
    Waiting shell = Waiting.script("cd \"$0\"/dir", target);
    requireHeld("process " + shell.pid() + " (sh): working directory " + target + "/dir", shell);
  }

  @Test
  void anOpenFile() throws IOException {
    Waiting shell = Waiting.script("exec 9<\"$0\"/file", target);
    requireHeld("process " + shell.pid() + " (sh): open file " + target + "/file", shell);
  }

  @Test
  void aFileThatHasNoNameAnyMore() throws IOException {
    Waiting shell = Waiting.script("exec 9<\"$0\"/file; rm \"$0\"/file", target);
    requireHeld("process " + shell.pid() + " (sh): open file " + target + "/file (deleted)", shell);
  }

  @Test
  void aMapping() throws IOException {
    Waiting python = Waiting.python(
        "f = open(sys.argv[1], 'rb'); m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ); f.close();"
            + " import os; os.closerange(3, 99)",
        target.resolve("file"));
    requireHeld("process " + python.pid() + " (python3): mapped file " + target + "/file", python);
  }

  @Test
  void aProgram() throws IOException {
    Waiting shell = Waiting.of(target.resolve("sh").toString(), "-c", "echo ready; read line");
    requireHeld(
        "process " + shell.pid() + " (sh): program " + target + "/sh; process " + shell.pid()
            + " (sh): mapped file " + target + "/sh",
        shell);
  }

  @Test
  void aRootDirectory() throws IOException {
    Waiting python =
        Waiting.python("import os; os.chroot(sys.argv[1] + '/dir')", target.toString());
    requireHeld(
        "process " + python.pid() + " (python3): root directory " + target + "/dir", python);
  }

  @Test
  void thisProcess() throws IOException {
    try (FileInputStream open = new FileInputStream(target.resolve("file").toFile())) {
      assertEquals('c', open.read());
      InUseException busy =
          assertThrows(InUseException.class, () -> backend.unmount(target, false));
      assertTrue(
          busy.getMessage()
              .startsWith(
                  target + ": in use; process " + ProcessHandle.current().pid() + " ("),
          busy.getMessage());
    }
    backend.unmount(target, false);
  }

  @Test
  void aMountOnIt() throws IOException {
    mountUnion(directory("lower2"), target.resolve("dir"));
    InUseException busy = assertThrows(InUseException.class, () -> backend.unmount(target, false));
    assertEquals(target + ": in use; mounted on it: " + target + "/dir", busy.getMessage());
    backend.unmount(target.resolve("dir"), false);
    backend.unmount(target, false);
  }

  /** A copy of the mount in another namespace, which is to go with it. */
  @Test
  void aProcessThatSeesItInAnotherNamespace() throws IOException {
    backend.unmount(target, false);
    run("mount", "-t", "tmpfs", "tmpfs", target.toString());
    run("mount", "--make-shared", target.toString());
    Path inside = Files.createDirectory(target.resolve("inside"));
    mountUnion(directory("lower"), inside);
    Waiting shell = Waiting.of(
        "unshare",
        "--mount",
        "--propagation",
        "slave",
        "sh",
        "-c",
        "cd \"$0\"/dir; echo ready; read line",
        inside.toString());
    try (shell) {
      InUseException busy =
          assertThrows(InUseException.class, () -> backend.unmount(inside, false));
      assertEquals(
          inside + ": in use; process " + shell.pid() + " (sh): working directory " + inside
              + "/dir",
          busy.getMessage());
    }
    backend.unmount(inside, false);
    run("umount", target.toString());
  }

  /** The parent is seen twice, and so is what is mounted there: both go together, and either is held by who uses the other. */
  @Test
  void aProcessThatUsesTheCopyOfAMount() throws IOException {
    backend.unmount(target, false);
    Path twin = directory("twin");
    run("mount", "-t", "tmpfs", "tmpfs", target.toString());
    run("mount", "--make-shared", target.toString());
    run("mount", "--bind", target.toString(), twin.toString());
    Path inside = Files.createDirectory(target.resolve("inside"));
    mountUnion(directory("lower"), inside);
    Path copy = twin.resolve("inside/dir");
    mountUnion(directory("lower2"), copy);
    InUseException covered =
        assertThrows(InUseException.class, () -> backend.unmount(inside, false));
    assertTrue(covered.getMessage().contains("mounted on it: " + copy), covered.getMessage());
    backend.unmount(copy, false);
    try (Waiting shell = Waiting.script("cd \"$0\"", copy)) {
      InUseException busy =
          assertThrows(InUseException.class, () -> backend.unmount(inside, false));
      assertEquals(
          inside + ": in use; process " + shell.pid() + " (sh): working directory " + copy,
          busy.getMessage());
    }
    backend.unmount(inside, false);
    assertEquals("", findmnt(twin.resolve("inside"), "FSTYPE"));
    run("umount", twin.toString());
    run("umount", target.toString());
  }

  @Test
  void oneThatSeesAnotherMountOfTheFileSystemDoesNotHoldThis() throws IOException {
    Path bound = directory("bound");
    run("mount", "--bind", target.toString(), bound.toString());
    try (Waiting shell = Waiting.script("cd \"$0\"", bound);
        Waiting other = Waiting.script("cd \"$0\"", target)) {
      InUseException busy =
          assertThrows(InUseException.class, () -> backend.unmount(target, false));
      assertTrue(busy.getMessage().contains("process " + other.pid() + " "), busy.getMessage());
      assertFalse(busy.getMessage().contains("process " + shell.pid() + " "), busy.getMessage());
    }
    run("umount", bound.toString());
    backend.unmount(target, false);
  }

  @Test
  void lazilyItGoesOutOfSightAtOnce() throws IOException {
    try (Waiting shell = Waiting.of(
        "sh", "-c", "exec 9<\"$0\"/file; echo ready; read line; cat <&9", target.toString())) {
      backend.unmount(target, true);
      assertEquals("", findmnt(target, "FSTYPE"));
      assertTrue(Files.notExists(target.resolve("file")));
      assertEquals("content\n", shell.rest());
    }
  }

  @Test
  void aFileSystemEndsWithItsLastMount() throws IOException {
    Path bound = directory("bound");
    run("mount", "--bind", target.toString(), bound.toString());
    assertFalse(backend.unmount(target, false), "mounted at another place, too");
    assertTrue(backend.unmount(bound, false));
  }

  @Test
  void aFileSystemThatIsMountedInAnotherNamespaceHasNotEnded() throws IOException {
    try (Waiting shell = Waiting.of(
        "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo ready; read line")) {
      assertFalse(backend.unmount(target, false), "mounted where process " + shell.pid() + " is");
    }
  }

  @Test
  void aFileSystemThatIsUnmountedLazilyEndsWithItsLastUser() throws IOException {
    try (FileInputStream open = new FileInputStream(target.resolve("file").toFile())) {
      assertFalse(backend.unmount(target, true));
      assertEquals('c', open.read());
    }
    mountUnion(directory("lower"), target);
    assertTrue(backend.unmount(target, true));
  }

  @Test
  void whatIsMountedLastGoesFirst() throws IOException {
    Path second = directory("second");
    Files.writeString(second.resolve("second"), "");
    mountUnion(second, target);
    assertTrue(Files.exists(target.resolve("second")));
    backend.unmount(target, false);
    assertTrue(Files.exists(target.resolve("file")));
    backend.unmount(target, false);
    assertTrue(Files.notExists(target.resolve("file")));
  }

  @Test
  void whatIsNotMounted() throws IOException {
    backend.unmount(target, false);
    KernelError refused = assertThrows(KernelError.class, () -> backend.unmount(target, false));
    assertEquals(
        target + ": umount2: EINVAL (Invalid argument); nothing is mounted there",
        refused.getMessage());
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), target);
    assertThrows(KernelError.class, () -> backend.unmount(link, false));
    assertEquals("overlay", findmnt(target, "FSTYPE"));
    backend.unmount(target, false);
  }
}
