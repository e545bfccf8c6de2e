package dev.layerfs;

import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import java.util.Optional;

/** How images are loaded. */
public record LoadOptions(
    Optional<String> reference,
    Optional<Platform> platform,
    Limits limits,
    ProgressListener progress) {
  // builder(): reference(String) = name to give (or TAG selection is part of the source argument),
  // platform, limits, progress(listener); overwrite policy
}
