package dev.layerfs.transfer;

import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import java.util.Optional;

/**
 * What is to be loaded, and how it is to be named.
 *
 * @param select the name in the source of the image to load; all of them if absent
 * @param reference the name to give the image instead of those that the source has
 * @param platform the platform to choose from an index
 * @param allPlatforms whether to load every platform of an index
 * @param overwrite whether names that the source has may be taken from other images
 * @param limits bounds on what the source may contain
 */
public record LoadRequest(
    Optional<String> select,
    Optional<Reference> reference,
    Platform platform,
    boolean allPlatforms,
    boolean overwrite,
    Limits limits) {}
