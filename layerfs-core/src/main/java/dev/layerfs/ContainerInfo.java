package dev.layerfs;

import dev.layerfs.oci.Digest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What the store knows of a container. Immutable: a snapshot. */
public record ContainerInfo(
    String id,
    Optional<String> name,
    Digest image,
    String imageName,
    Instant created,
    Map<String, String> labels,
    boolean ephemeral,
    boolean open) {}
