package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of a real image, run as root. */
final class RunInContainerTest {
  @Test
  void theProgramSeesTheContainerAndNothingElse(@TempDir Path temporary)
      throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to mount");
    Path archive = Path.of(
        System.getenv().getOrDefault("LAYERFS_IMAGES", "/var/tmp/layerfs-test-images"),
        "debian-small",
        "docker-archive.tar");
    assumeTrue(Files.isRegularFile(archive), "no real images: run layerfs-bench/images.sh");
    try (LayerStore store = LayerStore.open(temporary.resolve("store"))) {
      assumeTrue(
          store.mountSupport().unavailable().isEmpty(),
          () -> "this process can't mount in " + temporary);
      Image image = store.load(archive).get(0);
      Path output = temporary.resolve("output");
      List<String> command =
          List.of("/bin/sh", "-c", "echo $$; ls -d /bin/sh /home/*; echo x >/x; exit 3");
      ProcessBuilder program =
          new ProcessBuilder().redirectErrorStream(true).redirectOutput(output.toFile());
      assertEquals(3, RunInContainer.run(store, image, command, program));
      List<String> lines = Files.readAllLines(output);
      assertEquals("1", lines.get(0), "the first process of its own name space");
      assertEquals(true, lines.contains("/bin/sh"), lines::toString);
      assertEquals(List.of(), store.containers(), "thrown away");
      assertEquals(List.of(), store.mounts());
    }
  }
}
