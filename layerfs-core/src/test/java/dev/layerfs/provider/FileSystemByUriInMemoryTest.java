package dev.layerfs.provider;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.nio.file.FileSystem;
import java.nio.file.Path;

/** File systems by URI, of stores in a memory file system that is itself found by URI. */
final class FileSystemByUriInMemoryTest extends FileSystemByUriContract {
  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());

  @Override
  Path newDirectory() {
    return memory.getPath("/work");
  }
}
