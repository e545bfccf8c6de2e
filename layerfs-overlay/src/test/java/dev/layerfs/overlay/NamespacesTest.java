package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.spi.MountBackend.Elsewhere;
import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.spi.MountBackend.Union;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mount namespaces and user namespaces. */
final class NamespacesTest extends MountingTest {
  private Union union(boolean userMarks) throws IOException {
    Path lower = directory("lower");
    Files.writeString(lower.resolve("file"), "content");
    return new Union(
        "layerfs-test", List.of(lower), directory("upper"), directory("work"), userMarks, true);
  }

  @Test
  void aMountElsewhere() throws IOException {
    String source = "layerfs-" + ProcessHandle.current().pid() + "-elsewhere";
    Path target = directory("tar get");
    assertEquals(Optional.empty(), backend.elsewhere(source));
    try (Waiting other = Waiting.of(
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        "mount -t tmpfs " + source + " \"$0\" && echo ready; read line",
        target.toString())) {
      assertEquals(
          Optional.of(new Elsewhere(other.pid(), target.toRealPath().toString())),
          backend.elsewhere(source));
      assertEquals("", findmnt(target, "FSTYPE"));
    }
    assertEquals(Optional.empty(), backend.elsewhere(source));
  }

  @Test
  void whatIsMountedHereIsNotElsewhere() throws IOException {
    Path target = directory("target");
    Union union = union(false);
    Union named = new Union(
        "layerfs-" + ProcessHandle.current().pid() + "-here",
        union.lowers(),
        union.upper(),
        union.work(),
        false,
        true);
    backend.mountUnion(named, target);
    try {
      assertEquals(Optional.empty(), backend.elsewhere(named.source()));
    } finally {
      backend.unmount(target, false);
    }
  }

  /** So that a container or a service that was told to see what the host mounts does. */
  @Test
  void underASharedMountOthersSeeIt() throws IOException {
    Path shared = directory("shared");
    run("mount", "-t", "tmpfs", "tmpfs", shared.toString());
    try {
      run("mount", "--make-shared", shared.toString());
      Path target = Files.createDirectory(shared.resolve("target"));
      Union union = union(false);
      try (Waiting other = Waiting.of(
          "unshare",
          "--mount",
          "--propagation",
          "slave",
          "sh",
          "-c",
          "echo ready; read line; cat \"$0\"/file",
          target.toString())) {
        backend.mountUnion(union, target);
        assertEquals("content\n", other.rest());
      } finally {
        backend.unmount(target, false);
      }
    } finally {
      run("umount", shared.toString());
    }
  }

  /** All of a container but the mount of its image works without being root. */
  @Test
  void inAUserNamespace() throws IOException {
    assumeTrue(
        Tool.run(List.of("unshare", "-Urm", "true")).status() == 0, "no user namespaces here");
    ImageFiles image =
        StoredImage.in(temp.resolve("store"), List.of(new TarBuilder().file("f", "in the image")));
    Path target = directory("target");
    Union union = union(true);
    List<String> command = new ArrayList<>(List.of("unshare", "-Urm"));
    command.addAll(java(
        UserNamespaceRun.class,
        image.tree(),
        image.layers().get(0),
        union.lowers().get(0),
        union.upper(),
        union.work(),
        target));
    assertEquals(
        String.join(
            "\n",
            "unavailable: Optional.empty",
            "images: false false false",
            "file: content",
            "options: userxattr",
            "busy: " + target + ": in use; process N (java): open file " + target + "/file",
            "mapped: true",
            "volumes: contentmfalse",
            "left: 0",
            ""),
        run(command.toArray(new String[0])).replaceAll("process [0-9]+", "process N"));
    assertEquals("changed", Files.readString(union.upper().resolve("file")));
    assertTrue(run("getfattr", "-m", "-", union.upper().resolve("dir").toString())
        .contains("user.overlay.opaque"));
  }

  @Test
  void withoutPrivileges() throws IOException {
    assumeTrue(
        Tool.run(List.of("unshare", "-Ur", "true")).status() == 0, "no user namespaces here");
    List<String> java = java(AvailabilityRun.class);
    List<String> inNamespace = new ArrayList<>(List.of("unshare", "-Ur"));
    inNamespace.addAll(java);
    String forbidden = run(inNamespace.toArray(new String[0]));
    assertTrue(forbidden.contains("belongs to another user namespace"), forbidden);
    Tool.assume("setpriv");
    List<String> dropped =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"));
    dropped.addAll(java);
    String missing = run(dropped.toArray(new String[0]));
    assertTrue(missing.contains("this process has no CAP_SYS_ADMIN; run it as root"), missing);
  }

  @Test
  void withoutNativeAccess() throws IOException {
    List<String> command = ClassPath.current().java(AvailabilityRun.class);
    command.add(1, "--illegal-native-access=deny");
    String denied = run(command.toArray(new String[0]));
    assertTrue(denied.contains("--enable-native-access=ALL-UNNAMED"), denied);
    assertTrue(denied.contains("options: lowerdir=/l upperdir=/u"), denied);
  }

  @Test
  void onAnotherSystem() {
    assertEquals(
        Optional.of("containers are mounted by Linux only, and this is Mac OS X"),
        Availability.ofSystem("Mac OS X"));
  }

  private static List<String> java(Class<?> main, Object... arguments) throws IOException {
    List<String> command = ClassPath.current().java(main, arguments);
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    return command;
  }
}
