package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes of other users, in user namespaces, and in a locale that knows hardly any letters. */
@EnabledOnOs(OS.LINUX)
final class OtherProcessTest {
  private static final String NOBODY = "65534";

  @TempDir
  Path temp;

  @Test
  void namesAreBytesInEveryLocale() throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "LC_ALL=C"));
    command.addAll(ClassPath.current().java(LocaleFilesRun.class, temp));
    Tool.Result ran = Tool.run(command);
    assertEquals(0, ran.status(), ran.output());
    Tool.Result listed = Tool.run(List.of(
        "env", "LC_ALL=C", "ls", "--quoting-style=escape", temp.resolve("upper").toString()));
    assertEquals("caf\\303\\251\\377\n", listed.output());
  }

  @Test
  void aUserWithoutPrivilegesKeepsEverything() throws IOException {
    run(UserFilesRun.class, List.of());
  }

  @Test
  void aUserWithoutPrivilegesSharesWhatIsHisOwn() throws IOException {
    run(SharedFilesRun.class, List.of());
  }

  @Test
  void soDoesTheRootOfAUserNamespace() throws IOException {
    Tool.assume("unshare");
    run(UserFilesRun.class, List.of("unshare", "-Urm"));
  }

  private void run(Class<?> program, List<String> wrapper) throws IOException {
    Tool.assume("setpriv");
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "needs root");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
    Path own = Files.createDirectory(temp.resolve("own"));
    Files.setAttribute(own, "unix:uid", Integer.valueOf(NOBODY), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(own, "unix:gid", Integer.valueOf(NOBODY), LinkOption.NOFOLLOW_LINKS);
    List<String> user = new ArrayList<>(
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    user.addAll(wrapper);
    List<String> java = ClassPath.current().copyTo(temp.resolve("classes")).java(program, own);
    assumeTrue(
        Tool.run(with(user, List.of("test", "-x", java.get(0)))).status() == 0
            && Tool.run(with(user, List.of("test", "-w", own.toString()))).status() == 0,
        "the JDK or the temporary directory is in a place that other users can't enter, or they may make no namespaces");
    Tool.Result ran = Tool.run(with(user, java));
    assertEquals(0, ran.status(), ran.output());
  }

  private static List<String> with(List<String> user, List<String> program) {
    List<String> command = new ArrayList<>(user);
    command.addAll(program);
    return command;
  }
}
