package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The view must do as the kernel of this machine does on an overlay mount with an upper of the same format, but for what
 * {@link Rule} has. Needs root, device nodes and overlayfs.
 */
@EnabledOnOs(OS.LINUX)
final class KernelEnumerationTest {
  @Test
  void theViewDoesAsTheKernel() throws IOException {
    compare(Case.depthOne(State.all(ObjectKind.BASE)));
  }

  private static void compare(List<Case> cases) throws IOException {
    Comparer comparer = new Comparer(EnumSet.allOf(Rule.class));
    try (Scratch scratch = Scratch.open()) {
      Path directory = TestHost.OVERLAYFS.directoryIn(scratch.directory());
      Driver driver = new Driver(directory);
      List<Outcome> kernel = new KernelOverlay(directory.resolve("kernel"), driver).run(cases);
      List<Outcome> view =
          new ViewRunner(directory.resolve("view"), TestHost.OVERLAYFS).run(cases, driver::plant);
      for (int i = 0; i < cases.size(); i++) {
        comparer.compare(cases.get(i), kernel.get(i), view.get(i));
      }
    }
    System.out.println("this kernel: " + comparer.summary());
    comparer.requireAgreement();
  }
}
