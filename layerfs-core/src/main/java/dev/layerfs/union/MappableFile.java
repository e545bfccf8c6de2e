package dev.layerfs.union;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.PosixException;
import java.nio.channels.FileChannel.MapMode;

/**
 * An open file that can be mapped in every way its host can: {@link FileHandle#map} is one, others need a newer JDK than
 * that interface does.
 */
public interface MappableFile extends FileHandle {
  /**
   * Maps a part of the file into memory, on the terms of {@link FileHandle#map}.
   *
   * @param <T> what stands for the mapped bytes
   * @param mode {@link MapMode#READ_ONLY} if the handle was opened for reading, else it must be for reading and writing
   * @param position offset in the file, in bytes, not negative
   * @param size bytes to map, not negative; they must not reach beyond the end of the file
   * @param mapper the kind of mapping
   * @return the mapped bytes
   * @throws UnsupportedOperationException if the host has no such mappings, or the file does not lie in one piece
   * @throws PosixException {@link Errno#EINVAL} for a region outside the file; or if the host failed
   */
  <T> T map(MapMode mode, long position, long size, FileMapper<T> mapper) throws PosixException;
}
