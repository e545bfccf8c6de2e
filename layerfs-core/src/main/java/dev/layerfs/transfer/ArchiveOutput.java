package dev.layerfs.transfer;

import dev.layerfs.changeset.TarEntry;
import dev.layerfs.changeset.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;

/** Writes an archive of images: files of root's, of 1970, so that the same images make the same archive. */
final class ArchiveOutput implements ImageOutput {
  private static final int BUFFER = 128 << 10;
  private static final byte[] NO_LINK = {};

  private final TarWriter tar;

  /** Begins; the stream should buffer, and is not closed. */
  ArchiveOutput(OutputStream out) {
    this.tar = new TarWriter(out);
  }

  @Override
  public void directory(String path) throws IOException {
    tar.member(member(TarEntry.Type.DIRECTORY, path + "/", 0755, 0));
  }

  @Override
  public void file(String path, byte[] content) throws IOException {
    file(path, content.length, new ByteArrayInputStream(content));
  }

  @Override
  public void file(String path, long size, InputStream content) throws IOException {
    tar.member(member(TarEntry.Type.FILE, path, 0644, size));
    byte[] buffer = new byte[BUFFER];
    long position = 0;
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      tar.content(position, buffer, 0, n);
      position += n;
    }
    if (position != size) {
      throw new IOException("too short: " + path);
    }
  }

  private static TarEntry member(TarEntry.Type type, String path, int mode, long size) {
    return new TarEntry(
        0,
        type,
        path.getBytes(StandardCharsets.UTF_8),
        NO_LINK,
        mode,
        0,
        0,
        size,
        0,
        0,
        0,
        0,
        Collections.emptySortedMap(),
        0,
        false);
  }

  @Override
  public void finish() throws IOException {
    tar.finish();
  }
}
