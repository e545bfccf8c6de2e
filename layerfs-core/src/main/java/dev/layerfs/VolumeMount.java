package dev.layerfs;

import dev.layerfs.posix.Name;
import dev.layerfs.spi.Redaction;
import dev.layerfs.store.VolumePath;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted at a path of a container. Immutable; made by one of the static methods and changed by the others.
 *
 * @param target an absolute path of the container, without {@code .} and {@code ..}; its symbolic links are followed inside
 *     the container. Where there is nothing a directory is made, or an empty file for what is one
 * @param source what is mounted
 * @param readOnly whether the container can't write to it
 * @param subpath what of it is mounted; if absent all
 * @param copy whether what the image has at the target is copied into a volume of the store that is empty when the container
 *     is made
 */
public record VolumeMount(
    String target, Source source, boolean readOnly, Optional<String> subpath, boolean copy) {
  /** Objects that a file system in memory may have, if nothing else is said. */
  private static final long DEFAULT_INODES = 65_536;

  private static final int TMPFS_MODE = 01777;

  /** What is mounted. No text of one shows a password. */
  public sealed interface Source {}

  /**
   * A volume of the store; made when the container is, if there is none.
   *
   * @param name its name
   */
  public record Named(String name) implements Source {}

  /**
   * A directory or file of the host.
   *
   * @param path an absolute path of the default file system
   */
  public record HostPath(Path path) implements Source {}

  /**
   * A file system in memory, empty whenever the container is opened, and gone when it is closed.
   *
   * @param maxBytes how much its files may take
   * @param maxInodes how many objects it may have
   * @param mode permission and sticky bits of its root
   */
  public record Memory(long maxBytes, long maxInodes, int mode) implements Source {
    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException if a limit is not positive or the mode none
     */
    public Memory {
      if (maxBytes <= 0 || maxInodes <= 0) {
        throw new IllegalArgumentException("a file system in memory needs positive limits");
      }
      if ((mode & ~07777) != 0) {
        throw new IllegalArgumentException("no mode: " + Integer.toOctalString(mode));
      }
    }
  }

  /**
   * A directory or file of any {@code java.nio.file} provider, whose file system is open in this process when the container
   * is opened.
   *
   * @param uri where; a password in it is taken out
   */
  public record Location(URI uri) implements Source {
    /** Takes a password out. */
    public Location {
      uri = Redaction.withoutPassword(uri);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return Redaction.uri(uri);
    }
  }

  /**
   * Checks the paths, and takes what is redundant out of them.
   *
   * @throws IllegalArgumentException if the target is not absolute or is the root, or the subpath is absolute or empty or leads
   *     out
   */
  public VolumeMount {
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path of a container: " + target);
    }
    List<Name> names = VolumePath.clean(target);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("nothing can be mounted at the root");
    }
    target = VolumePath.absolute(names);
    subpath = subpath.map(VolumeMount::cleanSubpath);
  }

  private static String cleanSubpath(String text) {
    List<Name> names = VolumePath.clean(text);
    boolean leadsOut = List.of(text.split("/")).contains("..");
    if (text.startsWith("/") || names.isEmpty() || leadsOut) {
      throw new IllegalArgumentException("not a path within a volume: " + text);
    }
    return VolumePath.relative(names);
  }

  private static VolumeMount of(String target, Source source) {
    return new VolumeMount(target, source, false, Optional.empty(), source instanceof Named);
  }

  /**
   * Mounts a volume of the store.
   *
   * @param name its name, of the form that containers' names have
   * @param target an absolute path of the container
   * @return the mount: writable, all of the volume, filled from the image if it is empty
   * @throws IllegalArgumentException if the target is none
   */
  public static VolumeMount named(String name, String target) {
    return of(target, new Named(name));
  }

  /**
   * Mounts a directory or file.
   *
   * @param source a path of any file system: of the default one, the host's; of others, one that {@link Path#toUri} names
   * @param target an absolute path of the container
   * @return the mount: writable, all of it
   * @throws IllegalArgumentException if the target is none
   */
  public static VolumeMount bind(Path source, String target) {
    return source.getFileSystem().equals(FileSystems.getDefault())
        ? of(target, new HostPath(source.toAbsolutePath().normalize()))
        : location(source.toUri(), target);
  }

  /**
   * Mounts a new file system in memory.
   *
   * @param target an absolute path of the container
   * @param maxBytes how much its files may take, rounded up to whole blocks
   * @return the mount, with mode 1777 and at most 65,536 objects
   * @throws IllegalArgumentException if the target is none, or the size not positive
   */
  public static VolumeMount tmpfs(String target, long maxBytes) {
    return tmpfs(target, new Memory(maxBytes, DEFAULT_INODES, TMPFS_MODE));
  }

  /**
   * Mounts a new file system in memory.
   *
   * @param target an absolute path of the container
   * @param memory its limits and mode
   * @return the mount
   * @throws IllegalArgumentException if the target is none
   */
  public static VolumeMount tmpfs(String target, Memory memory) {
    return of(target, memory);
  }

  /**
   * Mounts a directory or file of any {@code java.nio.file} provider.
   *
   * @param uri where; a password in it is taken out, and kept nowhere: it belongs to who opens the file system
   * @param target an absolute path of the container
   * @return the mount: writable, all of it
   * @throws IllegalArgumentException if the target is none
   */
  public static VolumeMount location(URI uri, String target) {
    return of(target, new Location(uri));
  }

  /**
   * Returns the same, but the container can't write to it.
   *
   * @return the mount
   */
  public VolumeMount asReadOnly() {
    return new VolumeMount(target, source, true, subpath, copy);
  }

  /**
   * Returns the same of a part only.
   *
   * @param path a relative path of what is mounted, which exists when the container is opened; symbolic links are followed
   *     inside it
   * @return the mount
   * @throws IllegalArgumentException if the path is none, or leads out
   */
  public VolumeMount at(String path) {
    return new VolumeMount(target, source, readOnly, Optional.of(path), copy);
  }

  /**
   * Returns the same, but an empty volume stays empty.
   *
   * @return the mount
   */
  public VolumeMount withoutCopy() {
    return new VolumeMount(target, source, readOnly, subpath, false);
  }
}
