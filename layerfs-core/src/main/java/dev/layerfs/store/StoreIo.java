package dev.layerfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Every change that a store makes to its own files. One small door, so that a test can fail any single change or lose what
 * was not made durable; {@code ArchitectureTest} sees to it that there is no other. What is written below a container's
 * {@code upper} and {@code work}, and to the content of a volume, does not pass here; that goes through {@link
 * dev.layerfs.spi.HostFiles}.
 *
 * <p>Whoever makes something durable does it in the order data, directory, metadata: the content of a file, then the
 * directory that names it, then the record that refers to it. After a {@link #force} that failed the kernel may have
 * dropped the data and report success the next time, so it is never repeated: the file is given up.
 */
interface StoreIo {
  /**
   * Makes a file that only its owner can read, and opens it.
   *
   * @param file a path where nothing is
   * @return a channel for reading and writing
   */
  FileChannel create(Path file) throws IOException;

  /** Writes all the bytes at the channel's position. */
  void write(FileChannel channel, ByteBuffer bytes) throws IOException;

  /** Makes content and attributes of a file durable. */
  void force(FileChannel channel) throws IOException;

  /** Makes content and attributes of a file durable that somebody else has written. */
  void syncFile(Path file) throws IOException;

  /** Renames atomically; a file that has the new name is replaced. */
  void rename(Path from, Path to) throws IOException;

  /** Makes a directory that only its owner can use. */
  void mkdir(Path directory) throws IOException;

  /** Lets the owner of a directory, and nobody else, use it; does nothing on a host without permissions. */
  void makePrivate(Path directory) throws IOException;

  /** Deletes a file or an empty directory. */
  void unlink(Path file) throws IOException;

  /** Makes the names in a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Makes a directory as {@link #mkdir} does, unless something is there. */
  default void mkdirIfMissing(Path directory) throws IOException {
    try {
      mkdir(directory);
    } catch (FileAlreadyExistsException e) {
      // by somebody who was faster, or who died later
    }
  }

  /** Deletes a file or an empty directory, if there is one. */
  default void unlinkIfExists(Path file) throws IOException {
    try {
      unlink(file);
    } catch (NoSuchFileException e) {
      // by somebody who was faster, or who died later
    }
  }
}
