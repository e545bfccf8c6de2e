package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
  @TempDir
  private Path directory;

  @Test
  void showsEachStepAndCleansUp() throws IOException {
    String out = new Cli(directory).run("demo").out();
    assertTrue(out.contains("$ layerfs create demo:1 --name one   ("), out);
    assertTrue(out.contains("    Hello from container one.\n    And from Java."), out);
    assertTrue(out.contains("    D /etc/os-release"), out);
    assertTrue(out.contains("$ layerfs cat four:/var/notes/motd   ("), out);
    assertTrue(out.contains("    Deleted sha256:"), out);
    assertTrue(out.contains("    Pulled 127.0.0.1:"), out);
    assertEquals(0, Objects.requireNonNull(directory.toFile().list()).length, "the user's store");
  }

  @Test
  void isADocumentToo() {
    Cli.Result demo = Cli.execute(InputStream.nullInputStream(), Map.of(), "demo", "--json");
    List<?> steps = (List<?>) demo.fails(0).json();
    Map<?, ?> first = (Map<?, ?>) steps.get(0);
    assertTrue(String.valueOf(first.get("step")).startsWith("$ layerfs load "));
    assertTrue(String.valueOf(first.get("printed")).startsWith("Loaded "));
    assertFalse(String.valueOf(first.get("chapter")).isEmpty());
  }
}
