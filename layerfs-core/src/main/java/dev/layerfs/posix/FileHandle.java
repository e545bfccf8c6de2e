package dev.layerfs.posix;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;

/**
 * An open regular file. Safe for use by several threads. A handle follows its file through copy-up (a read handle sees
 * what is written later), rename and unlink.
 *
 * <p>Every operation fails with {@link Errno#EBADF} once the handle or its view is closed, or if the handle was not
 * opened for it.
 */
public interface FileHandle extends Closeable {
  /**
   * Returns the inode that is open.
   *
   * @return the node
   */
  Node node();

  /**
   * Reads into a buffer from a position of the file ({@code pread}).
   *
   * @param target where the bytes go; filled as far as the file reaches
   * @param position offset in the file, in bytes, not negative
   * @return the number of bytes read; 0 if the buffer is full; -1 at or after the end of the file
   * @throws PosixException if the read fails
   */
  int read(ByteBuffer target, long position) throws PosixException;

  /**
   * Writes all of a buffer at a position of the file ({@code pwrite}); at its end if the handle appends, and then what several
   * handles append at once is there one after the other, each in one piece.
   *
   * @param source the bytes to write
   * @param position offset in the file, in bytes, not negative; ignored if the handle appends
   * @throws PosixException if the write fails, for example with {@link Errno#ENOSPC}; the buffer's position says how much was
   *     written
   */
  void write(ByteBuffer source, long position) throws PosixException;

  /**
   * Sets the file's length ({@code ftruncate}): bytes beyond it are lost, new ones are zero.
   *
   * @param size the new length in bytes, not negative
   * @throws PosixException if the length can't be set
   */
  void truncate(long size) throws PosixException;

  /**
   * Returns the file's attributes ({@code fstat}).
   *
   * @return the attributes now
   * @throws PosixException if they can't be read
   */
  Stat stat() throws PosixException;

  /**
   * Returns the file's length in bytes: {@code stat().size()}, at less cost.
   *
   * @return the length now
   * @throws PosixException if it can't be read
   */
  long size() throws PosixException;

  /**
   * Makes what was written durable ({@code fsync}). Once that has failed, for this or another file, it fails each time: see
   * {@link PosixView#sync}.
   *
   * @throws PosixException if the host could not
   */
  void sync() throws PosixException;

  /**
   * Finds data or a hole ({@code lseek} with {@code SEEK_DATA} or {@code SEEK_HOLE}). The end of the file is a hole.
   *
   * @param position where to begin, in bytes
   * @param data true for the next data, false for the next hole
   * @return the offset of the next data or hole at or after {@code position}
   * @throws PosixException {@link Errno#ENXIO} if there is none, or {@code position} is at or after the end
   */
  long seek(long position, boolean data) throws PosixException;

  /**
   * Maps a part of the file into memory ({@code mmap}), if the host can. The mapping outlives the handle. Unlike the handle
   * it does not follow the file through copy-up: bytes of the image stay what they are. What is written through it is
   * durable after {@link MappedByteBuffer#force()}; {@link #sync} need not cover it.
   *
   * @param mode {@link MapMode#READ_ONLY} if the handle was opened for reading, else it must be for reading and writing
   * @param position offset in the file, in bytes, not negative
   * @param size bytes to map, not negative; they must not reach beyond the end of the file
   * @return the mapped bytes
   * @throws UnsupportedOperationException if the host can't map files, this file does not lie in one piece, or (as here,
   *     where nothing else is implemented) none can be mapped
   * @throws PosixException {@link Errno#EINVAL} for a region outside the file; or if the host failed
   */
  default MappedByteBuffer map(MapMode mode, long position, long size) throws PosixException {
    throw new UnsupportedOperationException("this file can't be mapped into memory");
  }

  /** Closes the handle. Closing it again does nothing. */
  @Override
  void close() throws PosixException;
}
