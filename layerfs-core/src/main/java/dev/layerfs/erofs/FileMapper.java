package dev.layerfs.erofs;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.function.BooleanSupplier;

/**
 * A kind of mapping. Which region of which file of the host is to be mapped is found in the same way for all kinds.
 *
 * @param <T> what stands for the mapped bytes
 */
public interface FileMapper<T> {
  /** Maps to buffers. */
  FileMapper<MappedByteBuffer> BUFFERS = new BufferMapper();

  /**
   * Maps a region of a file into memory.
   *
   * @param host a file of the host, open for as long as this takes
   * @param mode how to map
   * @param offset where in the file the region begins, in bytes
   * @param size bytes to map; none changes nothing, but fails as others would
   * @return the mapped bytes, which need the channel no more
   * @throws UnsupportedOperationException if the host has no such mappings
   * @throws IOException if the host failed
   */
  T map(FileChannel host, MapMode mode, long offset, long size) throws IOException;

  /**
   * Returns what tells whether somebody may still use a mapping. It does not keep the mapping from being collected.
   *
   * @param mapping what {@link #map} returned
   * @return true until nobody can, then false for ever; any thread may ask
   */
  BooleanSupplier inUse(T mapping);
}
