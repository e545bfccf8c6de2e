package dev.layerfs.union;

import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access control lists of a view, which root changes, do what those of the host do. */
@EnabledOnOs(OS.LINUX)
final class AclDifferentialTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);

  @TempDir
  Path temp;

  @ParameterizedTest
  @CsvSource({"OVERLAYFS, false", "OVERLAYFS, true", "JIMFS_UNIX, false"})
  void listsAndModesAreTheKernels(TestHost host, boolean inUpper) throws IOException {
    KernelActor.assume(temp);
    PosixCases cases = AclCases.of(SEED).sample(Seed.random(getClass()), Scale.of(8, 1));
    new KernelComparison(cases, "seed " + SEED).run(temp, host, inUpper);
  }
}
