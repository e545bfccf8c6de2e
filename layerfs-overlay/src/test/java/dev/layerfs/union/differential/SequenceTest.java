package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.spi.Installed;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both backends are one file system, on every host. {@code -Dlayerfs.sequences=N} makes more sequences of calls, {@code
 * -Dlayerfs.seed=N} the same again.
 */
final class SequenceTest {
  static final int SEQUENCES = Integer.getInteger("layerfs.sequences", Scale.of(1, 15));

  static final BackendComparison.Extent TURNS = new BackendComparison.Extent(3, 200, false);

  /** Five covered uppers in the end, ten at full scale. */
  private static final BackendComparison.Extent LAYERS =
      new BackendComparison.Extent(Scale.of(6, 11), 60, true);

  @TempDir
  Path directory;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  @BeforeEach
  void begin() {
    needsMounts();
    System.out.println("layerfs.seed=" + seed);
  }

  static void needsMounts() {
    MountBackend backend = Installed.mountBackends().implementations().get(0);
    assumeTrue(
        backend.unavailable().isEmpty(),
        () -> "can't mount: " + backend.unavailable().orElse(""));
  }

  @Test
  void onTheHost() throws IOException {
    compare(directory, Set.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void onAFileSystemOfItsOwn(String type) throws IOException {
    try (LoopMount mount = LoopMount.of(type, directory)) {
      compare(mount.directory(), Set.of());
    }
  }

  @Test
  void onXfs() throws IOException {
    try (LoopMount mount = LoopMount.of("xfs", directory)) {
      compare(
          mount.directory(),
          EnumSet.of(
              SequenceRule.NOT_EMPTY_IS_THERE, SequenceRule.EXCHANGED_DIRECTORIES_ARE_TOUCHED));
    }
  }

  @Test
  void overManyCheckpoints() throws IOException {
    new BackendComparison(directory, EnumSet.of(SequenceRule.LINKS_STAY), seed, SEQUENCES, LAYERS)
        .run();
  }

  /** There the kernel can't mount the image's files, and it is extracted. */
  @Test
  void inMemory() throws IOException {
    try (Scratch scratch = Scratch.open()) {
      compare(scratch.directory(), Set.of());
    }
  }

  private void compare(Path place, Set<SequenceRule> rules) throws IOException {
    new BackendComparison(place, rules, seed, SEQUENCES, TURNS).run();
  }
}
