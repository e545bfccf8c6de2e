package dev.layerfs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
   * number of changes, not to the size of the image. Each is found when the stream gets there: what is changed meanwhile may
   * be seen or not, and what is removed at that moment fails with {@link dev.layerfs.posix.Errno#ESTALE}.
   *
   * @return the changes, to be read while the container is open; nothing is lost if the stream is not closed. It throws {@link
   *     java.io.UncheckedIOException} if they can't be read
   * @throws IOException if the container's root can't be read
   */
  Stream<Change> changes() throws IOException;

  /**
   * Makes an image of the container's image and what was changed.
   *
   * @param reference the image's name
   * @return the image
   * @throws IOException as for {@link #commit(String, CommitOptions)}
   */
  default Image commit(String reference) throws IOException {
    return commit(reference, CommitOptions.DEFAULT);
  }

  /**
   * Makes an image of the container as it is at this moment, durable, and names it. Others may write to the container in the
   * meantime; a checkpoint is left, as by a fork. The same content gives the same image, whenever and wherever it is
   * committed. If nothing was changed the image has the same layers, and a step in its history that says so.
   *
   * <p>Hard links stay links. Sockets are left out, since layers have none; the new layer's {@link LayerInfo#notes} say so.
   *
   * @param reference the image's name, such as {@code team/app:1.0}, which it may take from another image
   * @param options how
   * @return the image
   * @throws dev.layerfs.error.UnsupportedImageException if a layer can't have an object of the container, such as a file
   *     whose name begins with {@code .wh.}; the message names it
   * @throws dev.layerfs.error.InUseException while a file of this container is mapped into memory for writing
   * @throws IllegalArgumentException if the name is not one, or the image to squash above is not one that the container's
   *     was made of
   * @throws IOException if the store can't be read or written, which is then as it was
   */
  Image commit(String reference, CommitOptions options) throws IOException;

  /**
   * Makes a container without a name that has the same content as this one now.
   *
   * @return the open container
   * @throws IOException as for {@link #fork(ContainerOptions)}
   */
  default Container fork() throws IOException {
    return fork(ContainerOptions.DEFAULT);
  }

  /**
   * Makes a container that has the same content as this one now, and opens it. Takes the same short time however much was
   * written: what was becomes a layer beneath both, which goes with the last container that stands on it. Files that are
   * open stay open. From then on the two know nothing of each other.
   *
   * @param options the new container's name, labels and life
   * @return the open container, to be closed
   * @throws dev.layerfs.error.AlreadyExistsException if the name is taken
   * @throws dev.layerfs.error.InUseException while a file of this container is mapped into memory for writing
   * @throws IllegalArgumentException if the name is not one
   * @throws IOException if the store can't be written; this container is then as it was
   */
  Container fork(ContainerOptions options) throws IOException;

  /**
   * Remembers the container's content as it is now, in the same short time however much was written. Files that are open
   * stay open.
   *
   * @return what {@link #rollback} goes back to; the last one if nothing was written since that was made
   * @throws dev.layerfs.error.InUseException while a file of this container is mapped into memory for writing
   * @throws IOException if the store can't be written; this container is then as it was
   */
  Checkpoint checkpoint() throws IOException;

  /**
   * Returns the states that can be gone back to: of a fork first the one that it began with. Forking a container leaves one,
   * too.
   *
   * @return the checkpoints, the oldest first
   */
  List<Checkpoint> checkpoints();

  /**
   * Throws away what was written since a checkpoint, and the checkpoints made since. The checkpoint itself stays. Files that
   * are open are closed: their channels fail with {@link java.nio.channels.ClosedChannelException}. Nodes of {@link #posix}
   * of what is thrown away are stale, and watchers are told nothing.
   *
   * @param checkpoint a checkpoint of this container
   * @throws dev.layerfs.error.NotFoundException if this container has no such checkpoint (any more)
   * @throws IOException if the store can't be written
   */
  void rollback(Checkpoint checkpoint) throws IOException;

  /**
   * Closes this and has the kernel show the container to all processes of the machine.
   *
   * @param target an existing directory
   * @return the mount
   * @throws IOException as for {@link #mount(Path, MountOptions)}
   */
  default Mount mount(Path target) throws IOException {
    return mount(target, MountOptions.DEFAULT);
  }

  /**
   * Closes this and has the kernel show the container to all processes of the machine, as {@link LayerStore#mount} does; no
   * other opener comes in between. An ephemeral container is removed when it is unmounted, or after its process has died.
   *
   * @param target an existing directory, no symbolic link
   * @param options how to mount it
   * @return the mount
   * @throws dev.layerfs.posix.PosixException {@link dev.layerfs.posix.Errno#ENOTSUP} if this process can't mount; the message
   *     says why, and the container stays open
   * @throws IOException if it can't be mounted; the container is closed all the same, and removed if it is ephemeral
   */
  Mount mount(Path target, MountOptions options) throws IOException;

  /**
   * Tells a listener of every copy-up from now on.
   *
   * @param listener who is told
   * @return ends it when closed
   */
  Closeable onCopyUp(CopyUpListener listener);
}
