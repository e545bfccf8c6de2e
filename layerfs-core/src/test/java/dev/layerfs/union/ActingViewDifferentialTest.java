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

/** What an unprivileged process may do on the host, its identity may do on a view, and nothing else. */
@EnabledOnOs(OS.LINUX)
final class ActingViewDifferentialTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);

  @TempDir
  Path temp;

  @ParameterizedTest
  @CsvSource({"JIMFS_UNIX, false, 4", "OVERLAYFS, false, 24", "OVERLAYFS, true, 24"})
  void refusesWhatTheKernelRefuses(TestHost host, boolean inUpper, int oneIn) throws IOException {
    KernelActor.assume(temp);
    PosixCases cases = ActingCases.of(SEED).sample(Seed.random(getClass()), Scale.of(oneIn, 1));
    new KernelComparison(cases, "seed " + SEED).run(temp, host, inUpper);
  }
}
