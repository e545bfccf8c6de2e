package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a JVM in which some other library's provider of file systems can't be loaded, the JDK throws an error at whoever asks
 * for the providers. No container opens there; none is left locked either.
 */
final class BrokenProviderTest {
  @TempDir
  Path temp;

  /** The program: its argument is a store's directory. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws IOException {
      List<String> seen = new ArrayList<>();
      try (LayerStore store = LayerStore.open(Path.of(args[0]))) {
        Image image = store.image("image:1");
        seen.add(failure(() -> store.create(image)));
        seen.add(failure(() -> store.open("old")));
        seen.add(failure(image::open));
        store.reset("old"); // would be refused if it were open
        for (ContainerInfo container : store.containers()) {
          seen.add(container.name().orElseThrow() + " open: " + container.open());
        }
      }
      System.out.println(seen);
    }

    private interface Opening {
      Object open() throws IOException;
    }

    private static String failure(Opening opening) throws IOException {
      try {
        return opening.open().toString();
      } catch (ServiceConfigurationError e) {
        return e.getSuppressed().length == 0 ? "broken" : e.getSuppressed()[0].toString();
      } catch (Error e) { // what the JDK says when it is asked again
        return e.getClass() == Error.class ? "broken" : e.toString();
      }
    }
  }

  @Test
  void nothingStaysOpen() throws IOException {
    Path directory = temp.resolve("store");
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "content"));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(new TestLayout().image("image:1", image).write(temp.resolve("layout")));
      store
          .create(store.image("image:1"), ContainerOptions.builder().name("old").build())
          .close();
    }
    Path services = Files.createDirectories(temp.resolve("other/META-INF/services"));
    Files.writeString(
        services.resolve("java.nio.file.spi.FileSystemProvider"), "com.example.NotThere");
    ClassPath broken = ClassPath.current().with(temp.resolve("other"));
    Tool.Result ran = Tool.run(broken.java(Program.class, directory));
    List<String> lines = ran.output().lines().toList(); // other providers may say something first
    assertEquals("[broken, broken, broken, old open: false]", lines.get(lines.size() - 1));
  }
}
