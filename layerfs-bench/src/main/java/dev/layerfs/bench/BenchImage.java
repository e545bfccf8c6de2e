package dev.layerfs.bench;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A docker archive for the benchmarks: the same 10,000 files of 4 KiB in 100 directories, spread over any number of layers. */
final class BenchImage {
  /** Directories {@code d0} to {@code d99} beneath {@code srv/data}. */
  static final int DIRECTORIES = 100;

  /** Files {@code f0} to {@code f99} in each. */
  static final int FILES_PER_DIRECTORY = 100;

  /** Bytes of each file. */
  static final int FILE_SIZE = 4096;

  private static final int CHUNK = 1 << 20;
  private static final long SEED = 20261101;

  private BenchImage() {}

  /** Returns the path of a file in the image, from 0 to 9,999, relative to the root. */
  static String path(int file) {
    return "srv/data/d" + file / FILES_PER_DIRECTORY + "/f" + file % FILES_PER_DIRECTORY;
  }

  /** Writes the archive; every layer has every {@code layers}-th file. */
  static void write(Path archive, int layers) throws IOException {
    List<String> names = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      for (int layer = 0; layer < layers; layer++) {
        byte[] content = layer(layer, layers);
        names.add('"' + "layer" + layer + ".tar" + '"');
        diffIds.add('"' + "sha256:" + sha256(content) + '"');
        put(tar, "layer" + layer + ".tar", content);
      }
      putDocuments(tar, names, diffIds, "bench:" + layers);
    }
  }

  /** Writes an archive with one file of random bytes, {@code large}, in one layer. */
  static void writeLarge(Path archive, long size) throws IOException {
    Path layer = archive.resolveSibling("layer.tar");
    MessageDigest digest = sha256();
    try (OutputStream file = new BufferedOutputStream(
            new DigestOutputStream(Files.newOutputStream(layer), digest), CHUNK);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      putLarge(tar, size);
    }
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive), CHUNK);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      TarArchiveEntry entry = new TarArchiveEntry("layer0.tar");
      entry.setSize(Files.size(layer));
      tar.putArchiveEntry(entry);
      Files.copy(layer, tar);
      tar.closeArchiveEntry();
      String diffId = HexFormat.of().formatHex(digest.digest());
      putDocuments(
          tar, List.of("\"layer0.tar\""), List.of("\"sha256:" + diffId + "\""), "bench:large");
    }
    Files.delete(layer);
  }

  private static void putLarge(TarArchiveOutputStream tar, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("large");
    entry.setSize(size);
    entry.setModTime(1_700_000_000_000L);
    tar.putArchiveEntry(entry);
    byte[] chunk = new byte[CHUNK];
    new Random(SEED).nextBytes(chunk);
    for (long left = size; left > 0; left -= CHUNK) {
      tar.write(chunk, 0, (int) Math.min(CHUNK, left));
    }
    tar.closeArchiveEntry();
  }

  private static void putDocuments(
      TarArchiveOutputStream tar, List<String> names, List<String> diffIds, String tag)
      throws IOException {
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
            + String.join(",", diffIds)
            + "]}}";
    put(tar, "config.json", config.getBytes(StandardCharsets.UTF_8));
    String manifest = "[{\"Config\":\"config.json\",\"RepoTags\":[\""
        + tag
        + "\"],\"Layers\":["
        + String.join(",", names)
        + "]}]";
    put(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] layer(int layer, int layers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (String directory : List.of("srv/", "srv/data/")) {
        putDirectory(tar, directory);
      }
      for (int directory = 0; directory < DIRECTORIES; directory++) {
        putDirectory(tar, "srv/data/d" + directory + "/");
      }
      Random random = new Random(SEED);
      byte[] content = new byte[FILE_SIZE];
      for (int file = 0; file < DIRECTORIES * FILES_PER_DIRECTORY; file++) {
        random.nextBytes(content);
        if (file % layers == layer) {
          put(tar, path(file), content);
        }
      }
    }
    return out.toByteArray();
  }

  private static void putDirectory(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
    entry.setMode(0755);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(1_700_000_000_000L);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static String sha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
