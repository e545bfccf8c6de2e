package dev.layerfs.union;

import java.util.Arrays;
import java.util.List;

/** The hosts on which several threads work at once: two, or those of a system property. */
final class ConcurrentHosts {
  private static final String CHOSEN = System.getProperty("layerfs.hosts", "OVERLAYFS,JIMFS_UNIX");

  private ConcurrentHosts() {}

  static List<TestHost> chosen() {
    return Arrays.stream(CHOSEN.split(",")).map(TestHost::valueOf).toList();
  }
}
