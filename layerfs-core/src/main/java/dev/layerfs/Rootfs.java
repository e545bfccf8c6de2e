package dev.layerfs;

import dev.layerfs.posix.PosixView;
import java.io.Closeable;
import java.io.IOException;
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
   * Closes the file system and every file that is open in it. Closing it again does nothing.
   *
   * @throws IOException if what was written can't be settled on the host
   */
  @Override
  void close() throws IOException;
}
