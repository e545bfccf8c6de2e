package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Kotlin program that uses most of the API compiles without a warning, so that nullness, names, lambdas and overloads hold no
 * surprise for its author; and it runs. The compiler is among the dependencies of the profile {@code extended} only.
 */
final class KotlinCallerTest {
  private static final String COMPILER = "kotlin-compiler-embeddable";

  @TempDir
  private Path temporary;

  @Test
  void compilesWithoutAWarningAndRuns() throws IOException {
    assumeTrue(JavaPath.text().contains(COMPILER), "needs the profile extended");
    Path classes = temporary.resolve("classes");
    run(
        JavaPath.text(),
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        List.of(
            "-Werror",
            "-no-stdlib",
            "-no-reflect",
            "-jvm-target",
            "17",
            "-cp",
            JavaPath.text(),
            "-d",
            classes.toString(),
            Path.of("src", "test", "kotlin", "Caller.kt").toString()));
    String printed = run(classes + File.pathSeparator + JavaPath.text(), "CallerKt", List.of());
    assertEquals(
        List.of("C /etc", "C /etc/motd", "[docker.io/team/web:1]", "data", "no such image: none:1"),
        printed.lines().toList());
  }

  private static String run(String classPath, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(
        JavaPath.java(), "--enable-native-access=ALL-UNNAMED", "-cp", classPath, mainClass));
    command.addAll(arguments);
    return Programs.run(new ProcessBuilder(command));
  }
}
