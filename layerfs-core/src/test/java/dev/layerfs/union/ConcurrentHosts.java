package dev.layerfs.union;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hosts on which several threads work at once: two, or those of a system property. */
final class ConcurrentHosts {
  private static final @Nullable String CHOSEN = System.getProperty("layerfs.hosts");

  private ConcurrentHosts() {}

  static List<TestHost> chosen() {
    return CHOSEN == null
        ? OnHosts.Hosts.of(List.of("OVERLAYFS", "JIMFS_UNIX"))
        : Arrays.stream(CHOSEN.split(",")).map(TestHost::valueOf).toList();
  }
}
