package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests that mount in a directory of their own, as root. When one ends, the mount table has to be as it was before. */
@EnabledOnOs(OS.LINUX)
abstract class MountingTest {
  /** The backend as programs get it. */
  final OverlayBackend backend = new OverlayBackend();

  @TempDir
  Path temp;

  @BeforeEach
  void assumeMounting() throws IOException {
    for (String program :
        List.of("id", "findmnt", "mount", "umount", "unshare", "python3", "getfattr")) {
      Tool.assume(program);
    }
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "only root can mount");
    assertEquals(List.of(), mountsHere());
  }

  @AfterEach
  void mountTableIsAsBefore() throws IOException {
    List<String> left = mountsHere();
    List<String> targets = new ArrayList<>();
    for (String line : left) {
      targets.add(line.split(" ")[4]);
    }
    Collections.reverse(targets);
    for (String target : targets) {
      Tool.run(List.of(
          "sh", "-c", "umount --lazy \"$(printf %b \"$0\")\"", target.replace("\\", "\\0")));
    }
    assertEquals(List.of(), left);
  }

  /** Other tests mount, too, but not what is of this one. */
  private List<String> mountsHere() throws IOException {
    String table =
        new String(Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.UTF_8);
    String here = temp.toRealPath().toString();
    return table.lines().filter(line -> line.contains(here)).toList();
  }

  /** Makes a directory. */
  final Path directory(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name));
  }

  /** Runs a program that has to succeed. */
  static String run(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    assertEquals(0, result.status(), result.output());
    return result.output();
  }

  /** Returns a column of what findmnt(8) says of a place; empty if nothing is mounted there. */
  static String findmnt(Path target, String column) throws IOException {
    Tool.Result found = Tool.run(List.of(
        "findmnt", "--noheadings", "--raw", "--output", column, "--mountpoint", target.toString()));
    return found.output().strip();
  }
}
