package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** Makes channels that can do what the JDK's can, from 22 on. */
@NullMarked // not compiled within the module, which says so for all others
final class FileChannels {
  private FileChannels() {}

  /** Makes a channel over an open file. */
  static LayerFileChannel of(
      FileHandle handle, Set<OpenFlag> flags, LayerFileSystem fileSystem, Interrupts interrupts) {
    return new ArenaFileChannel(handle, flags, fileSystem, interrupts);
  }
}
