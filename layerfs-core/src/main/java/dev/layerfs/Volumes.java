package dev.layerfs;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The volumes of a store.
 *
 * <p><b>Names</b> have the form of containers' names: a letter or digit, then at most 127 letters, digits, {@code _}, {@code .}
 * and {@code -}, all lower case. A volume that was made for an image's {@code Volumes} has 64 hexadecimal digits.
 *
 * <p><b>Life.</b> A volume is made by {@link #create}, or when a container is made that names it, and stays until it is
 * removed; removing containers and images never touches it. Those without a name go with their container. While a container
 * has a volume in its record, or anybody has it open, it can't be removed.
 *
 * <p>All methods are safe for use by several threads, and by several processes. They fail with {@link IllegalStateException}
 * once the store is closed.
 */
public interface Volumes {
  /** The type of artifacts that volumes are exported as. */
  String ARTIFACT_TYPE = "application/vnd.layerfs.volume.v1";

  /**
   * Makes an empty volume in the store.
   *
   * @param name its name
   * @return the volume
   * @throws IOException as for {@link #create(String, VolumeOptions)}
   */
  default Volume create(String name) throws IOException {
    return create(name, VolumeOptions.DEFAULT);
  }

  /**
   * Makes a volume.
   *
   * @param name its name
   * @param options its labels, and where its content is
   * @return the volume
   * @throws dev.layerfs.error.AlreadyExistsException if there is one of that name
   * @throws java.nio.file.AccessDeniedException if its content is where containers may be given nothing from
   * @throws IllegalArgumentException if the name is none
   * @throws IOException if the store can't be written
   */
  Volume create(String name, VolumeOptions options) throws IOException;

  /**
   * Finds a volume.
   *
   * @param name its name, in full
   * @return the volume
   * @throws dev.layerfs.error.NotFoundException if there is none
   * @throws dev.layerfs.error.StoreCorruptException if its record is damaged
   * @throws IOException if it can't be read
   */
  Volume get(String name) throws IOException;

  /**
   * Lists the volumes.
   *
   * @return all volumes, by name
   * @throws IOException if the list can't be read. A volume whose record is damaged is left out; {@link #get} says what is wrong
   *     with it
   */
  List<VolumeInfo> list() throws IOException;

  /**
   * Removes a volume, whatever state it is in, and its snapshots. What a driver says is somewhere else stays there.
   *
   * @param name its name, in full
   * @return its name, and how much was freed
   * @throws dev.layerfs.error.NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while a container has it in its record, or somebody has it open
   * @throws dev.layerfs.error.StoreCorruptException if the record of a container is damaged, so that nobody knows whether it
   *     needs the volume
   * @throws IOException if the store can't be written
   */
  Removed remove(String name) throws IOException;

  /**
   * Removes the volumes that were made without a name and that nothing uses, as {@code docker volume prune} does.
   *
   * @return what was removed
   * @throws IOException as for {@link #prune(Predicate)}
   */
  default Removed prune() throws IOException {
    return prune(VolumeInfo::anonymous);
  }

  /**
   * Removes the volumes that nothing uses and that are chosen.
   *
   * @param chosen asked of those that nothing uses
   * @return what was removed
   * @throws dev.layerfs.error.StoreCorruptException if the record of a container is damaged, so that nobody knows what it needs
   * @throws IOException if the store can't be written
   */
  Removed prune(Predicate<VolumeInfo> chosen) throws IOException;

  /**
   * Makes a volume of an artifact of the store, which {@link Volume#export}, or another program, has made: a manifest with
   * layers, of which each goes on top of the others. They are read as strictly as an image's; nothing outside the new volume is
   * reached, whatever they say.
   *
   * @param reference a name, a digest or the beginning of one, as {@link LayerStore#image} takes it
   * @param name the new volume's name
   * @param options its labels; it has no driver
   * @return the volume
   * @throws dev.layerfs.error.NotFoundException if the store does not have it
   * @throws dev.layerfs.error.UnsupportedImageException if it is no artifact with layers
   * @throws dev.layerfs.error.MalformedImageException if a layer breaks the rules of its format
   * @throws dev.layerfs.error.LimitExceededException if a layer exceeds one of the limits
   * @throws dev.layerfs.error.AlreadyExistsException if there is a volume of that name
   * @throws IllegalArgumentException if the name is none, or the options name a driver
   * @throws IOException if the store can't be written
   */
  Volume importFrom(String reference, String name, VolumeOptions options) throws IOException;
}
