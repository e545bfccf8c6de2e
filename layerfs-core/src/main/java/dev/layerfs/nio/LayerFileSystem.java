package dev.layerfs.nio;

import dev.layerfs.posix.PosixView;
import java.nio.file.FileSystem;

/** The java.nio.file door. */
public final class LayerFileSystem {
  private LayerFileSystem() {}

  /** id: a container id or image reference, the authority of the file system's URIs. Closing it closes the view. */
  public static FileSystem of(PosixView view, String id) {
    throw new UnsupportedOperationException();
  }
}
