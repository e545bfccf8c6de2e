package dev.layerfs;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * An open container: an image and a writable layer of its own. At most one opener holds a container at a time, across all
 * processes; closing it lets the next one in. What was written stays with the container until it is removed or reset; an
 * {@linkplain ContainerOptions.Builder#ephemeral ephemeral} container is removed when it is closed.
 */
public interface Container extends Rootfs {
  /** Returns what the store knows of the container. */
  ContainerInfo info();

  /** Returns what was changed relative to the image, each directory before what is in it. */
  Stream<Change> changes() throws IOException;
}
