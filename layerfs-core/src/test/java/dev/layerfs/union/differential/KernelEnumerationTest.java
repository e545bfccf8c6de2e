package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Files;
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
    Path directory = TestHost.OVERLAYFS.directory();
    try {
      Driver driver = new Driver(directory);
      KernelOverlay overlay =
          new KernelOverlay(Files.createDirectory(directory.resolve("kernel")), driver);
      ViewRunner runner =
          new ViewRunner(Files.createDirectory(directory.resolve("view")), TestHost.OVERLAYFS);
      List<Outcome> kernel = overlay.run(cases);
      List<Outcome> view = runner.run(cases, driver::plant);
      Comparer comparer = new Comparer(EnumSet.allOf(Rule.class));
      for (int i = 0; i < cases.size(); i++) {
        comparer.compare(cases.get(i), kernel.get(i), view.get(i));
      }
      System.out.println("this kernel: " + comparer.summary());
      comparer.requireAgreement();
    } finally {
      TestHost.delete(directory);
    }
  }
}
