package dev.layerfs.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is installed beside this library, in JVMs of the JDK that runs this test. */
final class InstalledTest {
  private static final String NEWER = "dev.layerfs.newer.Backend";

  /** The version of the class files of a JDK is its own number and this. */
  private static final int CLASS_FILE_VERSION = 44;

  @TempDir
  Path temp;

  /** Prints what can mount, and why other things can't. */
  public static final class Program {
    private Program() {}

    /** Takes no arguments. */
    public static void main(String[] args) {
      Installed<MountBackend> installed = Installed.mountBackends();
      System.out.println(installed.implementations().size() + " " + installed.problems());
    }
  }

  @Test
  void nothingIsInstalled() throws IOException {
    assertEquals("0 []\n", run(ClassPath.current()));
    assertTrue(Installed.hostFiles().problems().isEmpty());
  }

  @Test
  void aBackendForANewerJdk() throws IOException {
    byte[] program;
    try (InputStream compiled = Program.class.getResourceAsStream("InstalledTest$Program.class")) {
      program = compiled.readAllBytes();
    }
    int running = Runtime.version().feature();
    ByteBuffer.wrap(program).putShort(6, (short) (CLASS_FILE_VERSION + running + 1));
    Path file = temp.resolve(NEWER.replace('.', '/') + ".class");
    Files.createDirectories(file.getParent());
    Files.write(file, program);
    register(NEWER);
    assertEquals(
        "0 [layerfs-overlay needs Java 25 or newer, and this is Java " + running + "]\n",
        run(ClassPath.current().with(temp)));
  }

  @Test
  void aBackendThatIsNotThere() throws IOException {
    register("dev.layerfs.missing.Backend");
    String output = run(ClassPath.current().with(temp));
    assertTrue(output.startsWith("0 [") && output.contains("dev.layerfs.missing.Backend"), output);
  }

  private void register(String name) throws IOException {
    Path services = Files.createDirectories(temp.resolve("META-INF/services"));
    Files.writeString(services.resolve(MountBackend.class.getName()), name);
  }

  private static String run(ClassPath classPath) throws IOException {
    Tool.Result result = Tool.run(List.copyOf(classPath.java(Program.class)));
    assertEquals(0, result.status(), result.output());
    return result.output();
  }
}
