package dev.layerfs.examples;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes the tar of an image layer, in memory. Everything in it belongs to root and has the time 2024-01-01. */
final class LayerTar implements Closeable {
  private static final long TIME_MILLIS = 1_704_067_200_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar =
      new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
  private final Set<String> directories = new HashSet<>();

  /** Begins an empty layer. */
  LayerTar() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /** Adds a directory and its parents; those that are there already only once. */
  LayerTar directory(String path) throws IOException {
    if (directories.add(path)) {
      parents(path);
      put(new TarArchiveEntry(path + "/", TarConstants.LF_DIR), 0755, new byte[0]);
    }
    return this;
  }

  private void parents(String path) throws IOException {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      directory(path.substring(0, slash));
    }
  }

  /** Adds a file with a text. */
  LayerTar file(String path, String content) throws IOException {
    return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a file with given permissions. */
  LayerTar file(String path, int mode, byte[] content) throws IOException {
    parents(path);
    put(new TarArchiveEntry(path, TarConstants.LF_NORMAL), mode, content);
    return this;
  }

  /** Adds a copy of a file of the host. */
  LayerTar file(String path, Path source) throws IOException {
    return file(path, Files.isExecutable(source) ? 0755 : 0644, Files.readAllBytes(source));
  }

  /** Adds a symbolic link. */
  LayerTar symlink(String path, String target) throws IOException {
    parents(path);
    TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    put(entry, 0777, new byte[0]);
    return this;
  }

  /** Adds a whiteout: what lower layers have at the path is hidden (OCI image spec, layer.md). */
  LayerTar whiteout(String path) throws IOException {
    int slash = path.lastIndexOf('/') + 1;
    return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
  }

  /** Adds any entry. */
  LayerTar put(TarArchiveEntry entry, int mode, byte[] content) throws IOException {
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setModTime(TIME_MILLIS);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    return this;
  }

  /** Ends the archive and returns its bytes. */
  byte[] toBytes() throws IOException {
    close();
    return bytes.toByteArray();
  }

  /** Returns bytes compressed by gzip. */
  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    return compressed.toByteArray();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
