package dev.layerfs;

import java.util.List;
import java.util.Optional;

/**
 * What somebody else, such as {@code unshare}, {@code bwrap}, {@code crun} or {@code runc}, has to mount to show a container.
 * Immutable. The fields of a step are those of a mount in the OCI runtime specification, and of {@code mount(8)}.
 *
 * @param container the container's id
 * @param steps the mounts, in order; the last one is the container's root
 * @param volumes the mounts in the container's root, in order: their targets are paths in the container, without symbolic
 *     links, and exist unless they are in another volume that is in memory
 */
public record MountPlan(String container, List<Step> steps, List<Step> volumes) {
  /** Copies the lists. */
  public MountPlan {
    steps = List.copyOf(steps);
    volumes = List.copyOf(volumes);
  }

  /**
   * One mount.
   *
   * @param type the file system's type; {@code none} for a bind mount
   * @param source what is mounted; for an overlay only a name, by which the store knows that the container is mounted
   * @param target where it has to be mounted, an existing directory; empty for the container's root, which may be anywhere
   * @param options the options, as {@code mount -o} takes them, separated by commas
   */
  public record Step(String type, String source, Optional<String> target, List<String> options) {
    /** Copies the list. */
    public Step {
      options = List.copyOf(options);
    }
  }
}
