package dev.layerfs;

import java.util.Map;
import java.util.Optional;

/** How a container is made. */
public record ContainerOptions(
    Optional<String> name, Map<String, String> labels, boolean ephemeral) {
  // builder(): name(String), label(k, v), ephemeral()
}
