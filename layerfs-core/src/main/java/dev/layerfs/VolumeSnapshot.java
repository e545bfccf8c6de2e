package dev.layerfs;

import java.time.Instant;

/**
 * What was in a volume at a moment. It goes with the volume.
 *
 * @param id twelve hexadecimal digits, unique in the volume
 * @param created when
 */
public record VolumeSnapshot(String id, Instant created) {}
