package dev.layerfs;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * An open container: an image and a writable layer of its own. At most one opener holds a container at a time, across all
 * processes; closing it lets the next one in. What was written stays with the container until it is removed or reset; an
 * {@linkplain ContainerOptions.Builder#ephemeral ephemeral} container is removed when it is closed.
 *
 * <p>All methods are safe for use by several threads.
 */
public interface Container extends Rootfs {
  /**
   * Returns what the store knows of the container.
   *
   * @return a snapshot, taken when the container was opened
   */
  ContainerInfo info();

  /**
   * Returns what was changed relative to the image, each directory before what is in it. The work is proportional to the
   * number of changes, not to the size of the image.
   *
   * @return the changes; nothing is lost if the stream is not closed
   * @throws IOException if the changes can't be read
   */
  Stream<Change> changes() throws IOException;
}
