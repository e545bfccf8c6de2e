package dev.layerfs.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes images into a directory. What is there is not replaced. */
final class DirectoryOutput implements ImageOutput {
  private final Path directory;

  DirectoryOutput(Path directory) {
    this.directory = directory;
  }

  @Override
  public void directory(String path) throws IOException {
    Files.createDirectory(directory.resolve(path));
  }

  @Override
  public void file(String path, byte[] content) throws IOException {
    Files.write(directory.resolve(path), content, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public void file(String path, long size, InputStream content) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(directory.resolve(path), StandardOpenOption.CREATE_NEW)) {
      if (content.transferTo(out) != size) {
        throw new IOException("too short: " + path);
      }
    }
  }

  @Override
  public void finish() {
    // every file is complete
  }
}
