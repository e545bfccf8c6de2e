package dev.layerfs;

import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.util.List;

/**
 * A volume of a store: files that outlive containers, and that any number of them can use at once, in any process. It is
 * there until it is removed; nothing is open in the meantime.
 *
 * <p>All methods are safe for use by several threads. Each fails with {@link dev.layerfs.error.NotFoundException} if the volume
 * was removed, and with {@link dev.layerfs.error.StoreCorruptException} if its record is damaged.
 *
 * <p><b>Copies.</b> {@link #snapshot}, {@link #cloneTo} and {@link #restore} copy names and attributes, and share the blocks of
 * files where the host can do that (xfs, btrfs): then they take time and space for each file, not for what is in it.
 */
public interface Volume {
  /**
   * Returns the volume's name.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what the store knows of the volume.
   *
   * @return a snapshot, taken now
   * @throws IOException if it can't be read
   */
  VolumeInfo info() throws IOException;

  /**
   * Opens the volume as a root file system of its own, which nobody has to have a container for. Takes the same short time
   * however much is in it.
   *
   * @return the root, to be closed; until then the volume can't be removed or restored
   * @throws dev.layerfs.error.NotFoundException if its content is where no file system is open in this process
   * @throws IOException if it can't be opened
   */
  Rootfs open() throws IOException;

  /**
   * Remembers what is in the volume. Others may write to it meanwhile; of what they write some may be in it and some not.
   *
   * @return what {@link #restore} goes back to
   * @throws IOException if it can't be read or the store not be written
   */
  VolumeSnapshot snapshot() throws IOException;

  /**
   * Lists the snapshots.
   *
   * @return the snapshots that can be read, the oldest first
   * @throws IOException if they can't be listed
   */
  List<VolumeSnapshot> snapshots() throws IOException;

  /**
   * Replaces all that is in the volume by what was in it: all of it, or, if this fails or the process dies, nothing. The
   * snapshot stays.
   *
   * @param snapshot a snapshot of this volume
   * @throws dev.layerfs.error.NotFoundException if there is no such snapshot (any more)
   * @throws dev.layerfs.error.InUseException while somebody has the volume open, or a container that has it is mounted
   * @throws dev.layerfs.posix.PosixException {@link dev.layerfs.posix.Errno#ENOTSUP} if its content is not in the store
   * @throws IOException if the store can't be written
   */
  void restore(VolumeSnapshot snapshot) throws IOException;

  /**
   * Forgets a snapshot.
   *
   * @param snapshot a snapshot of this volume
   * @throws dev.layerfs.error.NotFoundException if there is no such snapshot (any more)
   * @throws IOException if the store can't be written
   */
  void removeSnapshot(VolumeSnapshot snapshot) throws IOException;

  /**
   * Makes a volume in the store with what is in this one now, without its snapshots.
   *
   * @param name the new volume's name
   * @param options its labels; it has no driver
   * @return the new volume
   * @throws dev.layerfs.error.AlreadyExistsException if there is one of that name
   * @throws IllegalArgumentException if the name is none, or the options name a driver
   * @throws IOException as for {@link #snapshot}
   */
  Volume cloneTo(String name, VolumeOptions options) throws IOException;

  /**
   * Makes a volume in the store with what is in this one now.
   *
   * @param name the new volume's name
   * @return the new volume
   * @throws IOException as for {@link #cloneTo(String, VolumeOptions)}
   */
  default Volume cloneTo(String name) throws IOException {
    return cloneTo(name, VolumeOptions.DEFAULT);
  }

  /**
   * Puts what is in the volume into the store as an OCI artifact of type {@link Volumes#ARTIFACT_TYPE}, with one layer, under a
   * name. It can be pushed, saved, tagged and removed as an image can; no container can be made of it. The same content makes
   * the same artifact. Sockets are left out.
   *
   * @param reference the artifact's name, such as {@code team/data:1}, which it may take from an image
   * @return the digest of its manifest
   * @throws dev.layerfs.error.UnsupportedImageException if a layer can't have an object of the volume, such as a file whose name
   *     begins with {@code .wh.}; the message names it
   * @throws IllegalArgumentException if the name is none
   * @throws IOException if it can't be read or the store not be written
   */
  Digest export(String reference) throws IOException;
}
