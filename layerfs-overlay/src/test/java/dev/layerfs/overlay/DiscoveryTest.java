package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that ask the core for what can mount, each in a JVM of its own. */
final class DiscoveryTest {
  private static final String PROGRAM = """
      import dev.layerfs.spi.Installed;
      import dev.layerfs.spi.MountBackend;

      class Program {
        public static void main(String[] args) throws Exception {
          Installed<MountBackend> installed = Installed.mountBackends();
          for (MountBackend backend : installed.implementations()) {
            System.out.println(backend.name() + " of " + backend.getClass().getModule().getName());
            System.out.println(backend.unavailable().orElse("").contains("native"));
          }
          installed.problems().forEach(System.out::println);
        }
      }
      """;

  @TempDir
  Path temp;

  private Path program;

  @BeforeEach
  void write() throws IOException {
    program = Files.writeString(temp.resolve("Program.java"), PROGRAM);
  }

  @Test
  void onTheClassPath() throws IOException {
    assertEquals(
        "overlay of null\nfalse\n",
        run(
            System.getProperty("java.home"),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            library(),
            program.toString()));
  }

  @Test
  void onTheModulePath() throws IOException {
    assertEquals(
        "overlay of dev.layerfs.overlay\nfalse\n",
        run(
            System.getProperty("java.home"),
            "--enable-native-access=dev.layerfs.overlay",
            "-p",
            library(),
            "--add-modules",
            "dev.layerfs.core",
            program.toString()));
  }

  @Test
  void onAnOlderJdk() throws IOException {
    Optional<Path> oldest = oldestJdk();
    assumeTrue(oldest.isPresent(), "no JDK 17 beside the one that runs this");
    assertEquals(
        "layerfs-overlay needs Java 25 or newer, and this is Java 17\n",
        run(oldest.get().toString(), "-cp", library(), program.toString()));
  }

  /** Everything but tests. */
  private static String library() throws IOException {
    return Arrays.stream(ClassPath.current().toString().split(File.pathSeparator))
        .filter(entry -> !isForTests(Path.of(entry).getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isForTests(String file) {
    return file.equals("test-classes") || file.endsWith("-tests.jar") || file.startsWith("junit");
  }

  /** JDKs are installed side by side, by Linux distributions and by SDKMAN alike. */
  private static Optional<Path> oldestJdk() throws IOException {
    List<Path> homes = new ArrayList<>();
    Optional.ofNullable(System.getenv("JAVA17_HOME")).map(Path::of).ifPresent(homes::add);
    try (Stream<Path> siblings =
        Files.list(Path.of(System.getProperty("java.home")).toRealPath().getParent())) {
      siblings.forEach(homes::add);
    }
    return homes.stream().filter(DiscoveryTest::isJdk17).findFirst();
  }

  private static boolean isJdk17(Path home) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
    } catch (IOException e) {
      return false; // it is no JDK
    }
  }

  private static String run(String home, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(home, "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it starts faster
    command.addAll(List.of(arguments));
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
    return result.output();
  }
}
