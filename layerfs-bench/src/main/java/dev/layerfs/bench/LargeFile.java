package dev.layerfs.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * One file, {@value #NAME}, in one layer.
 *
 * @param size its bytes
 */
record LargeFile(long size) implements BenchImage {
  /** The file's name. */
  static final String NAME = "large";

  private static final int CHUNK = 1 << 20;

  @Override
  public int layers() {
    return 1;
  }

  @Override
  public void write(Path target) throws IOException {
    try (DockerArchive archive = new DockerArchive(target)) {
      archive.add(this::writeLayer);
      archive.finish("bench:large");
    }
  }

  private void writeLayer(TarArchiveOutputStream tar) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(NAME);
    entry.setSize(size);
    entry.setModTime(MODIFIED);
    tar.putArchiveEntry(entry);
    writeContent(tar);
    tar.closeArchiveEntry();
  }

  private void writeContent(OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    new Random(1).nextBytes(chunk);
    for (long left = size; left > 0; left -= CHUNK) {
      out.write(chunk, 0, (int) Math.min(CHUNK, left));
    }
  }

  @Override
  public void unpack(int layer, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target.resolve(NAME))) {
      writeContent(out);
    }
  }
}
