package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link SequenceTest} in a user namespace. */
final class SequenceInUserNamespaceTest {
  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  @Test
  void bothBackendsAreOneFileSystem(@TempDir Path directory) throws IOException {
    SequenceTest.needsMounts();
    System.out.println("layerfs.seed=" + seed);
    List<String> command =
        new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount"));
    List<String> java =
        ClassPath.current().java(SequenceProgram.class, directory, seed, SequenceTest.SEQUENCES);
    java.add(1, "--enable-native-access=ALL-UNNAMED");
    command.addAll(java);
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
    assertEquals("the same", result.output().strip());
  }
}
