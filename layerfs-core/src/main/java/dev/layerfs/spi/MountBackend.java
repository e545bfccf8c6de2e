package dev.layerfs.spi;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Has an operating system show containers to all its processes. Found by {@link java.util.ServiceLoader}. A backend only
 * does what it is told and remembers nothing: the mount table is the truth, and the store decides who may mount what. Safe
 * for use by several threads.
 */
public interface MountBackend {
  /**
   * Returns what the backend is called.
   *
   * @return a short name, such as {@code overlay}
   */
  String name();

  /**
   * Says why this process can't mount at all.
   *
   * @return the reason and what would help; empty if it can
   */
  Optional<String> unavailable();

  /**
   * Tells what this kernel can do for this process, found out by trying.
   *
   * @return all that was asked, in the order to show it
   * @throws IOException if it can't be found out
   */
  List<Feature> features() throws IOException;

  /**
   * Something that a kernel has or has not, and what it means here.
   *
   * @param name a file system's option or a system call
   * @param available whether the kernel has it for this process
   * @param use what it is used for, or what happens without it
   */
  record Feature(String name, boolean available, String use) {}

  /**
   * Tells whether this kernel mounts an image straight from its files, for this process. That depends on the file system they
   * are on, too.
   *
   * @param image an image
   * @return whether {@link #mountImage} would; found out by having the kernel open it
   * @throws IOException if it could but failed
   */
  boolean mountsImage(ImageFiles image) throws IOException;

  /**
   * Mounts an image, read-only, straight from its files.
   *
   * @param image what to mount
   * @param target an existing directory that is no symbolic link
   * @return whether it is mounted; false if this kernel, or this process, can mount no file of an image. Nothing is mounted
   *     then
   * @throws IOException if it could but failed; nothing is mounted then
   */
  boolean mountImage(ImageFiles image, Path target) throws IOException;

  /**
   * An image as files.
   *
   * @param tree the image tree
   * @param layers the layer files, in the order of the tree's devices
   */
  record ImageFiles(Path tree, List<Path> layers) {
    /** Copies the list. */
    public ImageFiles {
      layers = List.copyOf(layers);
    }
  }

  /**
   * Mounts a union, through overlayfs.
   *
   * @param union what to mount
   * @param target an existing directory that is no symbolic link
   * @throws IOException if it fails; nothing is mounted then
   */
  void mountUnion(Union union, Path target) throws IOException;

  /**
   * What overlayfs needs to know.
   *
   * @param source what the mount table calls it
   * @param lowers the read-only layers, the topmost first
   * @param upper the upper
   * @param work the work directory, on the upper's file system
   * @param userMarks whether marks are {@code user.overlay.*} attributes, not {@code trusted.overlay.*}
   * @param sync whether what is written survives power loss when it is forced; if not, the upper can't be used again after
   *     the machine has gone down
   */
  record Union(
      String source, List<Path> lowers, Path upper, Path work, boolean userMarks, boolean sync) {
    /** Copies the list. */
    public Union {
      lowers = List.copyOf(lowers);
    }
  }

  /**
   * Returns the file systems of fixed size that this backend can have a kernel enforce limits with.
   *
   * @return empty if it has none: containers with limits are not mounted then
   */
  default Optional<SizedFiles> sizedFiles() {
    return Optional.empty();
  }

  /**
   * Says how {@code mount(8)}, or a runtime, would mount a union: the options as {@code mount -t overlay -o} takes them, with
   * commas and colons in paths escaped.
   *
   * @param union what to mount
   * @return the options, one string each
   */
  List<String> options(Union union);

  /**
   * Mounts a volume in a mounted container.
   *
   * <p>The place is found as a process in the container would find it, so that no symbolic link leads out of the container. What
   * is missing of it is made: directories with mode 0755, and at the end an empty file if the volume is no directory. What is
   * mounted later where the volume comes from does not appear in it.
   *
   * @param volume what to mount
   * @param root where the container is mounted
   * @param place the names of a path in the container
   * @return where the volume is mounted, as {@link #mounted} lists it
   * @throws PosixException {@link dev.layerfs.posix.Errno#EINVAL} if the place is the root, {@link
   *     dev.layerfs.posix.Errno#ENOTDIR} if only one of volume and place is a directory, {@link dev.layerfs.posix.Errno#ELOOP} if
   *     a symbolic link is on the path of what is to be mounted
   * @throws IOException if it fails; nothing is mounted then, and what was missing may have been made
   */
  Path mountVolume(Volume volume, Path root, List<Name> place) throws IOException;

  /** What can be mounted in a container. */
  sealed interface Volume {
    /**
     * Returns whether nothing can be changed there.
     *
     * @return true if it is mounted read-only
     */
    boolean readOnly();
  }

  /**
   * A directory or file of the host, with what is mounted beneath it.
   *
   * @param source its path, of whose components none is a symbolic link
   * @param subpath the names of a path in it, if only that is mounted: symbolic links are followed, and lead nowhere but into it
   * @param readOnly whether nothing can be changed there
   */
  record Bind(Path source, List<Name> subpath, boolean readOnly) implements Volume {
    /** Copies the list. */
    public Bind {
      subpath = List.copyOf(subpath);
    }
  }

  /**
   * An empty file system in memory, which is never written to swap space where the kernel can promise that.
   *
   * @param maxBytes how much its files may take, rounded up to whole pages
   * @param maxInodes how many objects it may have, its root among them
   * @param mode permission and sticky bits of its root
   * @param readOnly whether nothing can be changed there
   */
  record Memory(long maxBytes, long maxInodes, int mode, boolean readOnly) implements Volume {}

  /**
   * Mounts a file system as {@code mount(8)} does. No password that it is told is in a message, or can be read by other users
   * of the machine while it is mounted.
   *
   * @param foreign what to mount
   * @param target an existing directory that is no symbolic link
   * @throws IOException if it fails; nothing is mounted then
   */
  void mountForeign(Foreign foreign, Path target) throws IOException;

  /**
   * A file system that the operating system finds by itself.
   *
   * @param type as {@code mount -t} takes it
   * @param device what is mounted
   * @param options as {@code mount -o} takes them, one string each; passwords among them
   */
  record Foreign(String type, String device, List<String> options) {
    /** Copies the list. */
    public Foreign {
      options = List.copyOf(options);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return type + " " + Redaction.text(device) + " " + Redaction.options(options);
    }
  }

  /**
   * Unmounts a container with the volumes in it, the last first. If any of them is in use all are where they were.
   *
   * @param root where the container is mounted
   * @param volumes where volumes are mounted in it, in the order in which they were mounted; what is mounted there no more is
   *     left out
   * @return as for {@link #unmount}, of the container
   * @throws dev.layerfs.error.InUseException if something is in use; the message says by whom, as far as this process can see
   * @throws IOException if it can't be unmounted
   */
  boolean unmountWithVolumes(Path root, List<Path> volumes) throws IOException;

  /**
   * Unmounts what is mounted last at a place.
   *
   * @param target where
   * @param lazily whether it goes, with all that is mounted in it, out of sight at once, and ends when nobody uses it any more
   * @return whether the file system has ended with it: nobody has it mounted in any mount namespace, nor a file of it open. False
   *     if that is not so, or can't be told
   * @throws dev.layerfs.error.InUseException if it is in use; the message says by whom, as far as this process can see
   * @throws IOException if it can't be unmounted
   */
  boolean unmount(Path target, boolean lazily) throws IOException;

  /**
   * Lists what is mounted where this process sees it.
   *
   * @return the mount table of its mount namespace, in the kernel's order
   * @throws IOException if it can't be read
   */
  List<Mounted> mounted() throws IOException;

  /**
   * Finds a mount in the mount namespaces of other processes.
   *
   * @param source what the mount table calls it
   * @return a process that sees such a mount which {@link #mounted} does not list, and where it sees it
   * @throws IOException if processes can't be listed
   */
  Optional<Elsewhere> elsewhere(String source) throws IOException;

  /**
   * A mount in another mount namespace.
   *
   * @param pid a process in that namespace
   * @param target where it is mounted there
   */
  record Elsewhere(long pid, String target) {}

  /**
   * A line of the mount table ({@code proc_pid_mountinfo(5)}), nothing of it escaped.
   *
   * @param target where it is mounted
   * @param type the file system's type
   * @param source what it is called
   * @param device the number of the file system, which all its mounts have
   * @param lowers the layers of an overlay as the kernel tells them, the topmost first; empty for other types
   */
  record Mounted(Path target, String type, String source, String device, List<Path> lowers) {
    /** Copies the list. */
    public Mounted {
      lowers = List.copyOf(lowers);
    }
  }
}
