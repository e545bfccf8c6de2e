package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.changeset.Archives.Member;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks Python's tarfile and GNU tar the same questions. */
final class TarDifferentialTest {
  private static final int ARCHIVES = 150;

  /** Prints a line for each member: name, type, mode, ids, size, time in milliseconds, link, devices, content's CRC. */
  private static final String PYTHON = """
      import sys, tarfile, zlib
      def hexed(s): return s.encode('utf-8', 'surrogateescape').hex()
      for path in sys.argv[1:]:
        print('archive')
        with tarfile.open(path, 'r:', encoding='utf-8', errors='surrogateescape') as tar:
          for m in tar:
            data = tar.extractfile(m).read() if m.isreg() else b''
            dev = m.ischr() or m.isblk()
            print(hexed(m.name.rstrip('/')), '0' if m.isreg() else m.type.decode(), m.mode & 0o7777, m.uid, m.gid,
                  m.size, round(m.mtime * 1000), hexed(m.linkname) if m.issym() or m.islnk() else '',
                  m.devmajor if dev else 0, m.devminor if dev else 0, zlib.crc32(data), sep=',')
      """;

  @TempDir
  private Path directory;

  @Test
  void seesWhatPythonSees() throws Exception {
    assumeTrue(works("python3", "--version"), "needs python3");
    long seed = new Random().nextLong();
    RandomTars tars = new RandomTars(seed);
    List<String> command = new ArrayList<>(List.of("python3", "-c", PYTHON));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < ARCHIVES; i++) {
      byte[] tar = tars.next();
      Path file = Files.write(directory.resolve(i + ".tar"), tar);
      command.add(file.toString());
      expected.add("archive");
      for (Member member : Archives.members(tar)) {
        expected.add(line(member));
      }
    }
    requireSeen(expected, command, seed);
  }

  @Test
  void pythonSeesWhatTheWriterWrote() throws Exception {
    assumeTrue(works("python3", "--version"), "needs python3");
    long seed = new Random().nextLong();
    RandomChanges changes = new RandomChanges(seed, 1_000_000);
    List<String> command = new ArrayList<>(List.of("python3", "-c", PYTHON));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < ARCHIVES; i++) {
      byte[] tar = RandomChanges.write(changes.next());
      command.add(Files.write(directory.resolve(i + ".tar"), tar).toString());
      expected.add("archive");
      for (Member member : Archives.members(tar)) {
        expected.add(line(member));
      }
    }
    requireSeen(expected, command, seed);
  }

  /** Of a tar that it finds nothing wrong with, GNU tar lists the members, and says nothing but that it knows not all of POSIX. */
  @Test
  void gnuTarTakesWhatTheWriterWrote() throws Exception {
    assumeTrue(works("tar", "--version"), "needs GNU tar");
    long seed = new Random().nextLong();
    RandomChanges changes = new RandomChanges(seed);
    for (int i = 0; i < 40; i++) {
      byte[] tar = RandomChanges.write(changes.next());
      String file = Files.write(directory.resolve(i + ".tar"), tar).toString();
      List<String> listed = output(List.of(
          "sh", "-c", "tar -tvf \"$0\" --quoting-style=escape 2>&1 | grep -v hdrcharset", file));
      assertEquals(Archives.members(tar).size(), listed.size(), () -> listed + ", seed " + seed);
    }
  }

  private static void requireSeen(List<String> expected, List<String> command, long seed)
      throws Exception {
    List<String> seen = output(command);
    for (int i = 0; i < Math.max(expected.size(), seen.size()); i++) {
      int at = i;
      assertEquals(
          at < seen.size() ? seen.get(at) : "nothing",
          at < expected.size() ? expected.get(at) : "nothing",
          () -> "line " + at + " with seed " + seed);
    }
  }

  private static String line(Member member) {
    TarEntry e = member.entry();
    char type = switch (e.type()) {
      case FILE -> '0';
      case HARD_LINK -> '1';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
    CRC32 crc = new CRC32();
    crc.update(member.content());
    String name = HexFormat.of().formatHex(e.name());
    name = type == '5' && name.endsWith("2f") ? name.substring(0, name.length() - 2) : name;
    Stream<Object> fields = Stream.of(
        name,
        type,
        e.mode(),
        e.uid(),
        e.gid(),
        e.size(),
        e.mtimeSeconds() * 1000 + e.mtimeNanos() / 1_000_000,
        HexFormat.of().formatHex(e.linkName()),
        e.deviceMajor(),
        e.deviceMinor(),
        crc.getValue());
    return String.join(",", fields.map(Object::toString).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v7", "oldgnu", "gnu", "ustar", "posix", "posix 0.0", "posix 0.1", "posix 1.0"})
  void readsWhatGnuTarWrites(String format) throws Exception {
    assumeTrue(works("tar", "--version"), "needs GNU tar");
    Path tree = Files.createDirectory(directory.resolve("tree"));
    byte[] text = "text".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    Files.write(Files.createDirectories(tree.resolve("a/b")).resolve("text"), text);
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../a/b"));
    Files.createLink(tree.resolve("hard"), tree.resolve("a/b/text"));
    boolean longNames = !format.equals("v7");
    if (longNames) {
      Files.write(tree.resolve("a/" + "n".repeat(longNames ? 98 : 1)), new byte[1]);
    }
    byte[] sparse = writeSparse(tree.resolve("sparse"));
    List<String> command =
        new ArrayList<>(List.of("tar", "-C", directory.toString(), "--sort=name", "-c"));
    String[] parts = format.split(" ");
    command.add("--format=" + parts[0]);
    if (!format.equals("v7") && !format.equals("ustar")) {
      command.add("--sparse");
      command.add("--hole-detection=raw"); // does not depend on what the file system keeps
    }
    if (parts.length > 1) {
      command.add("--sparse-version=" + parts[1]);
    }
    command.add("tree");
    byte[] tar = bytes(command);
    List<Member> members = Archives.members(new ByteArrayInputStream(tar), Limits.DEFAULT);
    List<String> names = members.stream()
        .map(m -> Name.decode(m.entry().name()) + " " + m.entry().type())
        .filter(name -> !name.contains("nnn"))
        .toList();
    assertEquals(
        List.of(
            "tree/ DIRECTORY",
            "tree/a/ DIRECTORY",
            "tree/a/b/ DIRECTORY",
            "tree/a/b/text FILE",
            "tree/hard HARD_LINK",
            "tree/link SYMLINK",
            "tree/sparse FILE"),
        names);
    assertEquals(longNames ? 8 : 7, members.size());
    Member last = members.get(members.size() - 1);
    assertEquals(sparse.length, last.entry().size());
    assertEquals(HexFormat.of().formatHex(sparse), HexFormat.of().formatHex(last.content()));
    assertEquals(
        Files.getLastModifiedTime(tree.resolve("sparse")).toInstant().getEpochSecond(),
        last.entry().mtimeSeconds());
  }

  /** Forty runs, so that the old formats need extension blocks. */
  private static byte[] writeSparse(Path file) throws IOException {
    byte[] content = new byte[40 * 8192 + 4096];
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(content.length);
      for (int i = 0; i < 40; i++) {
        content[i * 8192] = (byte) (i + 1);
        out.seek(i * 8192L);
        out.write(i + 1);
      }
    }
    return content;
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> output(List<String> command) throws Exception {
    return new String(bytes(command), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = process.getInputStream()) {
      in.transferTo(out);
    }
    assertEquals(0, process.waitFor(), () -> "exit code of " + command.get(0));
    return out.toByteArray();
  }
}
