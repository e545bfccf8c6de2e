package dev.layerfs;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the store knows of a volume. Immutable: a snapshot.
 *
 * @param name its name
 * @param created when it was made
 * @param labels labels given when it was made
 * @param anonymous whether it was made for one container, with which it goes
 * @param driver where its content is, if not in the store
 * @param data the directory that holds the content, if that is in the store
 * @param plain whether that directory shows every object as what it is, so that a kernel can mount it
 * @param containers ids of the containers that have it
 * @param open whether somebody has it open, in any process
 */
public record VolumeInfo(
    String name,
    Instant created,
    Map<String, String> labels,
    boolean anonymous,
    Optional<VolumeOptions.Driver> driver,
    Optional<Path> data,
    boolean plain,
    List<String> containers,
    boolean open) {

  /** Copies the collections. */
  public VolumeInfo {
    labels = Map.copyOf(labels);
    containers = List.copyOf(containers);
  }

  /**
   * Tells whether the volume is needed by a container or open.
   *
   * @return whether it can't be removed
   */
  public boolean inUse() {
    return open || !containers.isEmpty();
  }
}
