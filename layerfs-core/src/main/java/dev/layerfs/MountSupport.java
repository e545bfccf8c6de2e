package dev.layerfs;

import dev.layerfs.spi.MountBackend;
import java.util.List;
import java.util.Optional;

/**
 * What this process can mount. Immutable.
 *
 * @param unavailable why it can't mount at all, and what would help; empty if it can
 * @param features what the kernel has, and what it is used for; empty if no backend is installed
 */
public record MountSupport(Optional<String> unavailable, List<MountBackend.Feature> features) {
  /** Copies the list. */
  public MountSupport {
    features = List.copyOf(features);
  }
}
