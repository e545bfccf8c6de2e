package dev.layerfs.libraries;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** commons-compress archives a tree of an image; GNU tar and itself read the archive back. */
final class CommonsCompressTest extends LibraryTest {
  private static final String LONG = "long/" + "n".repeat(200);

  @Override
  List<TarBuilder> layers() {
    return List.of(new TarBuilder()
        .directory("tree/")
        .directory("tree/long/")
        .file("tree/" + LONG, "a name that needs a pax header")
        .add(TarEntryBuilder.file("tree/script", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8))
            .mode(0755)
            .owner(3, 4)
            .mtime(1_234_567_890, 0))
        .file("tree/caf\u00e9", "utf-8")
        .symlink("tree/link", "script"));
  }

  /** The tree with a file of each origin: of the image, copied up, new. */
  private SortedMap<String, String> change() throws IOException {
    Files.writeString(path("tree/new"), "new");
    FileTime hundredNanoseconds = FileTime.from(Instant.ofEpochSecond(1_700_000_000, 123_456_700));
    Files.setLastModifiedTime(path("tree/new"), hundredNanoseconds); // what the library can keep
    Files.setPosixFilePermissions(
        path("tree/" + LONG), PosixFilePermissions.fromString("rw-r-----"));
    SortedMap<String, String> lines = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path("tree"))) {
      for (Path file : (Iterable<Path>) files.filter(f -> !f.equals(path("tree")))::iterator) {
        lines.put(path("tree").relativize(file).toString(), describe(file));
      }
    }
    assertEquals(6, lines.size());
    return lines;
  }

  private static String describe(Path file) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      return "-> " + Files.readSymbolicLink(file);
    }
    int mode = (Integer) Files.getAttribute(file, "unix:mode") & 07777;
    String start = Integer.toOctalString(mode) + " " + Files.getAttribute(file, "unix:uid") + ":"
        + Files.getAttribute(file, "unix:gid") + " "
        + attributes.lastModifiedTime().toInstant();
    return start + (attributes.isDirectory() ? "" : " " + Files.readString(file));
  }

  private Path tar() throws IOException {
    Path tar = path("tree.tar");
    try (TarArchiveOutputStream out =
            new TarArchiveOutputStream(Files.newOutputStream(tar), StandardCharsets.UTF_8.name());
        Stream<Path> files = Files.walk(path("tree"))) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      out.setAddPaxHeadersForNonAsciiNames(true);
      for (Path file : (Iterable<Path>) files.filter(f -> !f.equals(path("tree")))::iterator) {
        String name = path("tree").relativize(file).toString();
        TarArchiveEntry entry = new TarArchiveEntry(file, name, NOFOLLOW_LINKS);
        entry.setMode((Integer) Files.getAttribute(file, "unix:mode", NOFOLLOW_LINKS));
        if (Files.isSymbolicLink(file)) {
          entry = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
          entry.setLinkName(Files.readSymbolicLink(file).toString());
        }
        out.putArchiveEntry(entry);
        if (entry.isFile() && !entry.isSymbolicLink()) {
          Files.copy(file, out);
        }
        out.closeArchiveEntry();
      }
    }
    return tar;
  }

  @Test
  void readsBackWhatItWrote() throws IOException {
    SortedMap<String, String> expected = change();
    SortedMap<String, String> actual = new TreeMap<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar()))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName().replaceFirst("/$", "");
        String line = Integer.toOctalString(entry.getMode() & 07777) + " " + entry.getLongUserId()
            + ":" + entry.getLongGroupId() + " " + entry.getLastModifiedTime().toInstant();
        String content =
            entry.isFile() ? " " + new String(in.readAllBytes(), StandardCharsets.UTF_8) : "";
        actual.put(name, entry.isSymbolicLink() ? "-> " + entry.getLinkName() : line + content);
      }
    }
    assertEquals(expected, actual);
  }

  @Test
  void gnuTarExtractsWhatItWrote() throws IOException, InterruptedException {
    SortedMap<String, String> expected = change();
    Path target = Files.createDirectory(temp.resolve("extracted"));
    assumeTrue(
        Files.getFileStore(temp).supportsFileAttributeView("posix") && isRoot(target),
        "only root can give files away");
    Process gnu = new ProcessBuilder(
            "tar",
            "-xp",
            "--numeric-owner",
            "--warning=no-unknown-keyword", // LIBARCHIVE.creationtime
            "-C",
            target.toString())
        .redirectErrorStream(true)
        .start();
    try (var input = gnu.getOutputStream()) {
      Files.copy(tar(), input);
    }
    try (InputStream output = gnu.getInputStream()) {
      assertEquals("", new String(output.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals(0, gnu.waitFor());
    SortedMap<String, String> actual = new TreeMap<>();
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : (Iterable<Path>) files.filter(f -> !f.equals(target))::iterator) {
        actual.put(target.relativize(file).toString(), describe(file));
      }
    }
    assertEquals(expected, actual);
  }

  private static boolean isRoot(Path own) throws IOException {
    return Files.getAttribute(own, "unix:uid").equals(0);
  }

  @Test
  void zipsThroughASeekableChannel() throws IOException {
    Path zip = path("tree.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      out.putArchiveEntry(new ZipArchiveEntry(path("tree/script"), "script"));
      Files.copy(path("tree/script"), out);
      out.closeArchiveEntry();
    }
    try (ZipFile file = ZipFile.builder().setPath(zip).get();
        InputStream in = file.getInputStream(file.getEntry("script"))) {
      assertEquals("#!/bin/sh\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
