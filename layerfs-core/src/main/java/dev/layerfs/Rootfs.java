package dev.layerfs;

import dev.layerfs.posix.PosixView;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** An open root file system: that of a container, writable, or of an image, read-only. */
public interface Rootfs extends Closeable {
  /**
   * Returns the root directory, a path of a {@code java.nio.file.FileSystem} like any other. While this is open, {@code
   * Path.of(path.toUri())} gives back every path of that file system. Closing the file system closes this.
   *
   * @return the path {@code /}
   */
  Path root();

  /**
   * Returns the same file system at the level of POSIX: names as bytes, errors as errno, everything that
   * {@code java.nio.file} can't say. It is a {@link dev.layerfs.posix.WatchableView}.
   *
   * @return the view behind {@link #root}
   */
  PosixView posix();

  /**
   * Writes all that is in the root file system as one tar: what {@code docker export} writes, with all attributes and hard
   * links. The same content makes the same bytes. Sockets are left out. A container is written as it is at this moment, and
   * keeps a checkpoint, as after a fork.
   *
   * @param out where the tar goes; not closed
   * @throws dev.layerfs.error.UnsupportedImageException if there is an object that a layer could not have, such as a file
   *     whose name begins with {@code .wh.}; the message names it
   * @throws IOException if something can't be read or written
   */
  default void export(OutputStream out) throws IOException {
    export(out, (what, done, total) -> {});
  }

  /**
   * Writes all that is in the root file system as one tar, as {@link #export(OutputStream)} does.
   *
   * @param out where the tar goes; not closed
   * @param listener is told how much was written
   * @throws java.io.InterruptedIOException if the calling thread was interrupted; its interrupt status is then set
   * @throws IOException as for {@link #export(OutputStream)}
   */
  void export(OutputStream out, ProgressListener listener) throws IOException;

  /**
   * Closes the file system and every file that is open in it. Closing it again does nothing.
   *
   * @throws IOException if what was written can't be settled on the host
   */
  @Override
  void close() throws IOException;
}
