package dev.layerfs.build;

import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.store.Progress;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a new image shall be.
 *
 * @param reference its name, with a tag
 * @param compression of its new layer
 * @param created when it was made; if absent, that is the latest time of what is in the new layer
 * @param author who made it
 * @param comment a note for its history
 * @param createdBy what made it, for its history
 * @param config changes its config
 * @param progress is told how much of the new layer is made
 */
public record ImageRequest(
    Reference reference,
    MediaType.LayerCompression compression,
    Optional<Instant> created,
    Optional<String> author,
    Optional<String> comment,
    String createdBy,
    Consumer<ConfigEditor> config,
    Progress.Listener progress) {}
