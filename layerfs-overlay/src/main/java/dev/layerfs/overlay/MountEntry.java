package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Mounted;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code mountinfo} ({@code proc_pid_mountinfo(5)}), without escapes.
 *
 * @param id the mount's number, which no other mount of the machine has
 * @param parent the number of the mount it is on
 * @param device the file system's number
 * @param target where it is
 * @param propagation the optional fields, such as {@code shared:2}
 * @param type the file system's type
 * @param source what it is called
 * @param options the file system's own options, still with the escapes of the table
 */
record MountEntry(
    long id,
    long parent,
    String device,
    RawPath target,
    List<String> propagation,
    String type,
    String source,
    byte[] options) {
  /** Copies the list. */
  MountEntry {
    propagation = List.copyOf(propagation);
  }

  /** Returns the group of mounts that get what is mounted under this one, if it is shared. */
  Optional<String> peers() {
    return propagation.stream()
        .filter(field -> field.startsWith("shared:"))
        .map(field -> field.substring("shared:".length()))
        .findFirst();
  }

  /** Tells whether it goes when a mount of a group is unmounted: as one of the group or as its slave. */
  boolean follows(String group) {
    return propagation.contains("shared:" + group) || propagation.contains("master:" + group);
  }

  /** Returns it as the core knows it. */
  Mounted toMounted() {
    List<Path> lowers = type.equals("overlay") ? OverlayLayers.lowers(options) : List.of();
    return new Mounted(target.toPath(), type, source, device, lowers);
  }
}
