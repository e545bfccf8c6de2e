package dev.layerfs.examples;

import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.Closeable;

/** What a handle number stands for: an open file or directory, with the errors that the system calls on it have. */
interface OpsHandle extends Closeable {
  /**
   * Reads ({@code pread}).
   *
   * @param position offset in the file, not negative
   * @param length the most bytes to read; at most {@link OpsSession#MAX_CONTENT} are
   * @return what was read: less than asked for at the end of the file, or if the answer would be too long
   */
  byte[] read(long position, long length) throws PosixException;

  /**
   * Writes ({@code pwrite}); at the end if the handle appends.
   *
   * @param data what to write, all of it
   * @param position offset in the file, not negative
   */
  void write(byte[] data, long position) throws PosixException;

  /**
   * Writes where the last such write or seek ended ({@code write}); at the end if the handle appends.
   *
   * @param data what to write, all of it
   */
  void write(byte[] data) throws PosixException;

  /**
   * Sets the length ({@code ftruncate}).
   *
   * @param size the new length, not negative
   */
  void truncate(long size) throws PosixException;

  /** Returns the attributes ({@code fstat}). */
  Stat stat() throws PosixException;

  /** Makes what was written durable ({@code fsync}). */
  void sync() throws PosixException;

  /**
   * Goes to the next data or hole ({@code lseek}).
   *
   * @param position where to begin
   * @param data true for data, false for a hole
   * @return where it is
   */
  long seek(long position, boolean data) throws PosixException;

  @Override
  void close() throws PosixException;
}
