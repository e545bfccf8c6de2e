package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import java.util.Set;

/**
 * Makes channels that can do what the JDK's can. This is the class of JDKs before 22; after that the one of the same name
 * in {@code META-INF/versions/22} takes its place, whose channels map to an {@code Arena} as well.
 */
final class FileChannels {
  private FileChannels() {}

  /** Makes a channel over an open file. */
  static LayerFileChannel of(
      FileHandle handle, Set<OpenFlag> flags, LayerFileSystem fileSystem, Interrupts interrupts) {
    return new LayerFileChannel(handle, flags, fileSystem, interrupts);
  }
}
