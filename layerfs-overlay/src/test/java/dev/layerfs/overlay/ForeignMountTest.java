package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.spi.MountBackend.Foreign;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** File systems that {@code mount(8)}, or the kernel itself, is told to mount. */
final class ForeignMountTest extends MountingTest {
  private static final String SECRET = "c4nary";

  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = directory("target").toRealPath();
  }

  private void mount(String type, String device, String... options) throws IOException {
    backend.mountForeign(new Foreign(type, device, List.of(options)), target);
  }

  private static String shown(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void typeDeviceAndOptionsAreWhatWasAsked() throws IOException {
    mount("tmpfs", "some device", "size=64k", "mode=0710", "ro", "noexec");
    assertEquals("tmpfs", findmnt(target, "FSTYPE"));
    assertEquals("some\\x20device", findmnt(target, "SOURCE"));
    assertTrue(findmnt(target, "OPTIONS").startsWith("ro,noexec"), findmnt(target, "OPTIONS"));
    assertEquals("710", run("stat", "-c", "%a", target.toString()).strip());
    backend.unmount(target, false);
  }

  @Test
  void aFileSystemInAFile() throws IOException {
    Tool.assume("mkfs.ext4");
    Path image = temp.resolve("image");
    run("truncate", "-s", "8M", image.toString());
    run("mkfs.ext4", "-q", image.toString());
    mount("ext4", image.toString(), "loop", "data=journal");
    assertEquals("ext4", findmnt(target, "FSTYPE"));
    assertTrue(findmnt(target, "OPTIONS").contains("data=journal"));
    backend.unmount(target, false);
  }

  @Test
  void whatMountSaysIsTold() {
    IOException failure = assertThrows(IOException.class, () -> mount("nosuchfs", "/nowhere"));
    assertTrue(
        failure.getMessage().startsWith("nosuchfs /nowhere []: mount: "), failure.getMessage());
    assertTrue(failure.getMessage().contains("/nowhere does not exist"), failure.getMessage());
  }

  /** An option is no program's, whatever it begins with. */
  @Test
  void aDeviceIsNoOption() {
    IOException failure = assertThrows(IOException.class, () -> mount("ext4", "--help"));
    assertTrue(failure.getMessage().contains("--help does not exist"), failure.getMessage());
  }

  /** The kernel repeats what it does not know. */
  @Test
  void passwordsAreNotInMessagesOfTheKernel() {
    IOException failure = assertThrows(
        IOException.class, () -> mount("tmpfs", "device", "size=64k", "password=" + SECRET));
    assertFalse(shown(failure).contains(SECRET), shown(failure));
    assertTrue(failure.getMessage().contains("password"), failure.getMessage());
    IOException numbered = assertThrows(
        IOException.class, () -> mount("tmpfs", "x", "size=1", "secret_mode=" + SECRET));
    assertFalse(shown(numbered).contains(SECRET), shown(numbered));
  }

  /** Without a helper the kernel is told, and not by a program that has a command line. */
  @Test
  void aPasswordIsGivenToTheKernel() throws IOException {
    mount("tmpfs", "//me:" + SECRET + "@host/share", "size=64k", "noexec", "_netdev", "rw");
    assertEquals("//me:" + SECRET + "@host/share", findmnt(target, "SOURCE"));
    assertTrue(findmnt(target, "OPTIONS").contains("noexec"));
    assertTrue(findmnt(target, "OPTIONS").contains("size=64k"));
    backend.unmount(target, false);
  }

  /** A helper that notes what it was given, in a mount namespace where it is the one for cifs. */
  @Test
  void aHelperGetsThePasswordAsItsManualSays() throws IOException {
    Path helpers = directory("helpers");
    Path noted = temp.toRealPath().resolve("noted");
    helper(helpers, "cifs", noted);
    helper(helpers, "other", noted);
    Tool.Result ran = runWithHelpers(helpers, ForeignRun.class, target, SECRET);
    assertEquals(0, ran.status(), ran.output());
    assertFalse(ran.output().contains(SECRET), ran.output());
    assertTrue(ran.output().contains("ENOTSUP other device [password=***]"), ran.output());
    String arguments = Files.readString(noted);
    assertFalse(arguments.contains(SECRET), arguments);
    assertTrue(arguments.startsWith("//host/share " + target + " -o"), arguments);
    assertTrue(arguments.contains("username=me") && arguments.contains("vers=3.0"), arguments);
    assertEquals(SECRET, Files.readString(temp.resolve("noted.password")));
    assertFalse(ran.output().contains("mounted"), ran.output());
  }

  private static void helper(Path directory, String type, Path noted) throws IOException {
    Path helper = directory.resolve("mount." + type);
    Files.writeString(
        helper,
        "#!/bin/sh\necho \"$@\" $(tr '\\0' ' ' </proc/$PPID/cmdline) >'" + noted
            + "'\nprintf %s \"$PASSWD\" >'" + noted + ".password'\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Tool.Result runWithHelpers(Path helpers, Class<?> program, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(
        "unshare",
        "--mount",
        "sh",
        "-euc",
        "sbin=$(realpath /sbin); mount -t overlay -o \"lowerdir=$0:$sbin\" x \"$sbin\"; exec \"$@\"",
        helpers.toString()));
    command.addAll(ClassPath.current().java(program, arguments));
    return Tool.run(command);
  }
}
