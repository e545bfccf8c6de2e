package dev.layerfs.bench;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a docker archive, layer by layer; no layer is held in memory. */
final class DockerArchive implements Closeable {
  /** Writes the entries of a layer. */
  @FunctionalInterface
  interface LayerContent {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  private static final int BUFFER = 1 << 20;

  private final TarArchiveOutputStream archive;
  private final Path layerFile;
  private final List<String> names = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();

  /** Begins a new archive; for the time of a layer there is another file beside it. */
  DockerArchive(Path file) throws IOException {
    archive = tar(Files.newOutputStream(file));
    layerFile = file.resolveSibling(file.getFileName() + ".layer");
  }

  private static TarArchiveOutputStream tar(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(new BufferedOutputStream(out, BUFFER));
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    return tar;
  }

  /** Adds a layer on top of those before it. */
  void add(LayerContent content) throws IOException {
    MessageDigest digest = sha256();
    try (TarArchiveOutputStream layer =
        tar(new DigestOutputStream(Files.newOutputStream(layerFile), digest))) {
      content.writeTo(layer);
    }
    String name = "layer" + names.size() + ".tar";
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(layerFile));
    archive.putArchiveEntry(entry);
    Files.copy(layerFile, archive);
    archive.closeArchiveEntry();
    Files.delete(layerFile);
    names.add('"' + name + '"');
    diffIds.add("\"sha256:" + HexFormat.of().formatHex(digest.digest()) + '"');
  }

  /** Ends the archive: its one image gets the name {@code tag}. */
  void finish(String tag) throws IOException {
    String config = """
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(String.join(",", diffIds));
    file(archive, "config.json", config.getBytes(StandardCharsets.UTF_8));
    String manifest = """
        [{"Config":"config.json","RepoTags":["%s"],"Layers":[%s]}]""".formatted(tag, String.join(",", names));
    file(archive, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a directory, whose name ends with a slash, to a layer. */
  static void directory(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
    entry.setMode(0755);
    entry.setModTime(BenchImage.MODIFIED);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /** Writes a file to a layer. */
  static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(BenchImage.MODIFIED);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
