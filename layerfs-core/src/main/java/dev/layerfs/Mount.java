package dev.layerfs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A container that a kernel shows to all processes of the machine. It stays so, also when this process ends, until it is
 * unmounted, by {@link #close} or by {@link LayerStore#unmount} in any process. What was written is in the container then,
 * and the container can be opened again. Safe for use by several threads.
 */
public interface Mount extends Closeable {
  /**
   * Returns the container.
   *
   * @return its id
   */
  String container();

  /**
   * Returns where it is mounted.
   *
   * @return the directory as it was given, or as the mount table has it
   */
  Path target();

  /**
   * Unmounts the container; an {@linkplain ContainerOptions.Builder#ephemeral ephemeral} one is removed. Does nothing after
   * it has succeeded once.
   *
   * @throws dev.layerfs.error.InUseException if somebody uses it; the message says who, as far as this process can see
   * @throws IOException if it can't be unmounted
   */
  @Override
  void close() throws IOException;

  /**
   * Takes the mount out of sight although somebody uses it; it ends when nobody does any more. Until then what they write
   * goes to the container, behind the back of whoever opens it: open it only when they have ended.
   *
   * @throws IOException if it can't be unmounted
   */
  void unmountLazily() throws IOException;
}
