package dev.layerfs.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that know nothing of this library but a URI, each in a JVM of its own, with the JDK that runs this test. */
final class ProgramTest {
  private static final String PROGRAM = """
      import java.net.URI;
      import java.net.URL;
      import java.net.URLClassLoader;
      import java.nio.file.FileSystem;
      import java.nio.file.FileSystems;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.ArrayList;
      import java.util.List;
      import java.util.Map;

      class Program {
        public static void main(String[] args) throws Exception {
          List<URL> library = new ArrayList<>();
          for (int i = 1; i < args.length; i++) {
            library.add(Path.of(args[i]).toUri().toURL());
          }
          ClassLoader loader = new URLClassLoader(library.toArray(new URL[0]));
          URI uri = URI.create(args[0]);
          try (FileSystem image = FileSystems.newFileSystem(uri, Map.of(), loader)) {
            Path motd = image.getPath("/etc/motd");
            Module module = image.getClass().getModule();
            boolean same = motd.equals(image.provider().getPath(motd.toUri()));
            boolean installed = library.isEmpty() && motd.equals(Path.of(motd.toUri()));
            System.out.println(
                Files.readString(motd) + " " + module.getName() + " " + same + " " + installed);
          }
        }
      }
      """;

  @TempDir
  private Path temporary;

  private String library;
  private Path program;
  private String uri;

  @BeforeEach
  void write() throws IOException {
    library = System.getProperty("jdk.module.path");
    assumeTrue(library != null, "the tests don't run on a module path, so it is not known here");
    program = Files.writeString(temporary.resolve("Program.java"), PROGRAM);
    Path directory = temporary.resolve("store");
    TestImage image =
        new TestImage().layer(new TarBuilder().directory("etc/").file("etc/motd", "hello"));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(new TestLayout().image("debian:12", image).write(temporary.resolve("layout")));
    }
    uri = "layerfs:" + directory.toUri() + "!/debian:12";
  }

  @Test
  void onTheModulePath() throws Exception {
    assertEquals(
        "hello dev.layerfs.core true true",
        run("-p", library, "--add-modules", "dev.layerfs.core", program.toString(), uri));
  }

  @Test
  void onTheClassPath() throws Exception {
    assertEquals("hello null true true", run("-cp", library, program.toString(), uri));
  }

  /** The JDK does not look there, but can be told to; each file system then knows its own URIs only. */
  @Test
  void inAClassLoaderOfItsOwn() throws Exception {
    List<String> arguments = new ArrayList<>(List.of(program.toString(), uri));
    arguments.addAll(List.of(library.split(System.getProperty("path.separator"))));
    assertEquals("hello null true false", run(arguments.toArray(new String[0])));
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it starts faster
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }
}
