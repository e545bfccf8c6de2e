package dev.layerfs.union.differential;

import dev.layerfs.testing.Scale;
import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A kernel's mount and a view side by side, whose uppers are kept in the same way: that of layerfs-overlay. */
enum NativeHost {
  /** With marks in the {@code trusted} namespace. */
  TRUSTED(TestHost.LINUX_TRUSTED, MarkNamespace.TRUSTED),
  /** With marks in the {@code user} namespace. */
  USER(TestHost.LINUX_USER, MarkNamespace.USER);

  private final TestHost host;
  private final MarkNamespace marks;

  NativeHost(TestHost host, MarkNamespace marks) {
    this.host = host;
    this.marks = marks;
  }

  /**
   * Returns one of them, another in each build, or all at full {@link Scale} and if a property asks for certain cases.
   *
   * @param properties that ask, beside {@code layerfs.seed}, whose cases are to be met again on whichever host it was
   */
  static List<NativeHost> some(Random random, String... properties) {
    List<NativeHost> all = List.of(values());
    boolean asked = System.getProperty("layerfs.seed") != null
        || Stream.of(properties).anyMatch(property -> System.getProperty(property) != null);
    return asked ? all : Scale.share(all, random.nextInt(all.size()), all.size());
  }

  TestHost host() {
    return host;
  }

  MarkNamespace marks() {
    return marks;
  }

  /**
   * Runs cases on both, and compares what came of them.
   *
   * @param place an existing directory on the file system that is to have the uppers; the test is skipped where that can't
   */
  void compare(Path place, List<Case> cases, Comparer comparer) throws IOException {
    Path directory = host.directoryIn(place);
    Driver driver = new Driver(directory, marks);
    List<Outcome> kernel = new KernelOverlay(directory.resolve("kernel"), driver, marks).run(cases);
    List<Case> asked = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      asked.add(comparer.asked(cases.get(i), kernel.get(i).results()));
    }
    List<Outcome> view =
        new ViewRunner(directory.resolve("view"), host).run(asked, driver::plant, driver::upper);
    for (int i = 0; i < cases.size(); i++) {
      comparer.compare(asked.get(i), comparer.answered(kernel.get(i)), view.get(i));
    }
  }
}
