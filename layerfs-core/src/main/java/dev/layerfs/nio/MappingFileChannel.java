package dev.layerfs.nio;

import dev.layerfs.erofs.FileMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A channel that maps in whatever ways the JDK has. This is the class of JDKs before 22; after that the one of the same
 * name in {@code META-INF/versions/22} takes its place, which adds {@code map(MapMode, long, long, Arena)}.
 */
abstract class MappingFileChannel extends FileChannel {
  /** Maps a region of the file, made longer if that is needed and allowed. */
  abstract <T> T map(MapMode mode, long from, long size, FileMapper<T> mapper) throws IOException;
}
