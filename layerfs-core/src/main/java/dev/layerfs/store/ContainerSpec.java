package dev.layerfs.store;

import dev.layerfs.posix.Identity;
import dev.layerfs.posix.SpaceLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a new container.
 *
 * @param name its name, if it shall have one
 * @param labels its labels
 * @param ephemeral whether it shall be removed when it is closed
 * @param identity whom it shall act for; if absent, root
 * @param limits what it may take up
 * @param volumes what shall be mounted in it
 * @param maxImageVolumes how many volumes its image may ask for; 0 if it gets none of those, nor, as a fork, its parent's
 */
public record ContainerSpec(
    Optional<ContainerName> name,
    Map<String, String> labels,
    boolean ephemeral,
    Optional<Identity> identity,
    SpaceLimits limits,
    List<VolumeUse> volumes,
    int maxImageVolumes) {}
