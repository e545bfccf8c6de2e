package dev.layerfs.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.LayerStore;

/** The library's jar. Only in a jar does the JDK look for classes of its own version. */
public final class PackagedJar {
  private PackagedJar() {}

  /** Skips the test if the library is a directory of classes, as it is before Maven's phase {@code package}. */
  public static void assume() {
    String library =
        LayerStore.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    assumeTrue(library.endsWith(".jar"), library + " is no jar; mvn verify runs this test");
  }
}
