package dev.layerfs;

import dev.layerfs.oci.Digest;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the store knows of a container. Immutable: a snapshot.
 *
 * @param id twelve hexadecimal digits, unique in the store
 * @param name the name that was chosen for it
 * @param image digest of its image's manifest
 * @param imageName a name the image had when the container was made; the digest as text if it had none
 * @param created when it was made
 * @param labels labels given when it was made
 * @param ephemeral whether it is removed when it is closed
 * @param identity whom it acts for; if absent, root
 * @param limits what its writable layer may take up
 * @param usage what that takes up; empty if it has no limits, or would have to be counted first: while another process has it
 *     open, while a kernel shows it, and after a crash until it is opened again
 * @param volumes what is mounted in it, volumes of its own among that
 * @param open whether somebody has it open, in any process
 * @param mountedAt where a kernel shows it to this process
 */
public record ContainerInfo(
    String id,
    Optional<String> name,
    Digest image,
    String imageName,
    Instant created,
    Map<String, String> labels,
    boolean ephemeral,
    Optional<Identity> identity,
    SpaceLimits limits,
    Optional<SpaceUsage> usage,
    List<VolumeMount> volumes,
    boolean open,
    Optional<Path> mountedAt) {

  /** Copies the collections. */
  public ContainerInfo {
    labels = Map.copyOf(labels);
    volumes = List.copyOf(volumes);
  }
}
