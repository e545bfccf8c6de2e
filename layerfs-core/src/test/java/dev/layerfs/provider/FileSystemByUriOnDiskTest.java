package dev.layerfs.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** File systems by URI, of stores on the default file system. */
final class FileSystemByUriOnDiskTest extends FileSystemByUriContract {
  @Override
  Path newDirectory() throws IOException {
    return Files.createDirectory(temporary.resolve("disk"));
  }
}
