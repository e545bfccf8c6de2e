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
 * @param imageVolumes whether it shall also have the volumes that its image asks for, or, if it is a fork, its parent has
 */
public record ContainerSpec(
    Optional<ContainerName> name,
    Map<String, String> labels,
    boolean ephemeral,
    Optional<Identity> identity,
    SpaceLimits limits,
    List<VolumeUse> volumes,
    boolean imageVolumes) {}
