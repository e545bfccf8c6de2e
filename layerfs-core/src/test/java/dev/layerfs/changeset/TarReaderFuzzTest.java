package dev.layerfs.changeset;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, there is a list of changes or an {@link IOException}, and nothing else. What was read can be written and
 * is read again as the same; it makes a layer file, or is refused as no tree; and commons-compress has the same regular files
 * in the same order, unless it refuses the archive.
 */
final class TarReaderFuzzTest {
  private static final FileSystem MEMORY = Jimfs.newFileSystem(Configuration.unix());
  private static final Path LAYER = MEMORY.getPath("/layer");
  private static final Limits LIMITS =
      Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 20).build();

  static Stream<Arguments> seeds() {
    TarEntryBuilder old = TarEntryBuilder.of('S', "s")
        .format(Format.GNU)
        .data(new byte[3])
        .patch(386, "00000000005\00000000000003\0")
        .patch(483, "00000000100\0");
    TarEntryBuilder nul = TarEntryBuilder.of('S', "s")
        .format(Format.GNU)
        .data(new byte[3])
        .patch(386, "00000000005\00000000000003\0")
        .patch(483, "\00000000000100");
    TarEntryBuilder map = TarEntryBuilder.file(
            "s", "1\n5\n3\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .record("GNU.sparse.major", "1")
        .record("GNU.sparse.minor", "0")
        .record("GNU.sparse.realsize", "100");
    TarEntryBuilder all = TarEntryBuilder.file("x", new byte[3])
        .mtime(-1, 5)
        .xattr("user.x", new byte[1])
        .record("LIBARCHIVE.xattr.user.b%25c", "AAEC")
        .record("SCHILY.acl.access", "user::rw-,user:joe:r--:1000,group::r--,other::---");
    return Stream.of(
            new TarBuilder().add(old),
            new TarBuilder().add(nul),
            new TarBuilder()
                .add(TarEntryBuilder.file("x", new byte[3])
                    .patch(257, "\0".repeat(8))
                    .patch(345, "prefix")),
            new TarBuilder().add(map),
            new TarBuilder().add(all).global("12 comment=\n"),
            new TarBuilder().gnuLong('L', "long").gnuLong('K', "link").symlink("x", "y"),
            new TarBuilder().whiteout("a/", "b").opaque("a/").directory(".wh..wh.plnk"),
            new TarBuilder().hardLink("x", "/y").blockDevice("b", 8, 0).fifo("f"))
        .map(tar -> Arguments.of((Object) tar.build()));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] tar) throws IOException {
    List<Archives.Change> changes;
    try {
      requireBounds(tar);
      changes = Archives.changes(new ByteArrayInputStream(tar), LIMITS);
    } catch (MalformedImageException | UnsupportedImageException | LimitExceededException e) {
      assertTrue(e.getMessage().contains("fuzz") || e.getMessage().contains("test"), "names it");
      return;
    }
    requireSameFiles(tar);
    requireSameAgain(changes);
    writeLayerFile(tar);
  }

  private static void requireBounds(byte[] tar) throws IOException {
    try (ChangesetReader reader =
        new ChangesetReader(new ByteArrayInputStream(tar), "fuzz", LIMITS)) {
      long bytes = 0;
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        long[] end = {0};
        reader.readData((position, buffer, offset, length) -> {
          assertTrue(position >= end[0] && length > 0, "runs in order");
          end[0] = position + length;
        });
        assertTrue(end[0] <= e.size(), "no content beyond the size");
        bytes += e.size();
      }
      assertTrue(bytes <= LIMITS.maxLayerBytes(), "sum of sizes");
    }
  }

  /** A name that only one of them sees is how something is smuggled past whoever looks with the other. */
  private static void requireSameFiles(byte[] tar) throws IOException {
    List<String> ours = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), "fuzz", LIMITS)) {
      for (TarEntry e = reader.next(); e != null; e = reader.next()) {
        if (e.type() == TarEntry.Type.FILE) {
          ours.add(plain(Name.decode(e.name())) + " " + e.size());
        }
      }
    }
    List<String> theirs = new ArrayList<>();
    try (TarArchiveInputStream reader =
        new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
      for (TarArchiveEntry e = reader.getNextEntry(); e != null; e = reader.getNextEntry()) {
        boolean other = e.isLink()
            || e.isSymbolicLink()
            || e.isFIFO()
            || e.isCharacterDevice()
            || e.isBlockDevice();
        if (e.isFile() && !other) {
          theirs.add(plain(e.getName()) + " " + e.getRealSize());
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return;
    }
    assertEquals(theirs, ours);
  }

  /** Without what the two decode, or take off, in different ways. */
  private static String plain(String name) {
    return name.replaceAll("^/+", "").replaceAll("[^ -~]+", "?");
  }

  private static void requireSameAgain(List<Archives.Change> changes) throws IOException {
    byte[] written;
    try {
      written = RandomChanges.write(changes);
    } catch (UnsupportedImageException e) {
      return; // a name that only a reader takes, such as one of 255 bytes in a path as long as the
      // limit
    }
    List<Archives.Change> again = Archives.changes(written);
    assertEquals(changes.size(), again.size());
    for (int i = 0; i < changes.size(); i++) {
      assertEquals(described(changes.get(i)), described(again.get(i)));
    }
  }

  private static String described(Archives.Change change) {
    ChangesetEntry e = change.entry();
    StringBuilder text = new StringBuilder(change.toString());
    for (Object each : List.of(
        e.size(),
        e.hardLinkTarget(),
        Arrays.toString(e.linkTarget()),
        e.rdevMajor(),
        e.rdevMinor())) {
      text.append(' ').append(each);
    }
    boolean mark = e.kind() == Kind.WHITEOUT || e.kind() == Kind.OPAQUE;
    if (!mark) { // which has no attributes
      for (Object each : List.of(e.mode(), e.uid(), e.gid(), e.mtimeSeconds(), e.mtimeNanos())) {
        text.append(' ').append(each);
      }
      e.xattrs()
          .forEach((name, value) ->
              text.append(' ').append(name).append('=').append(Arrays.toString(value)));
    }
    return text.append(' ').append(Arrays.hashCode(change.content())).toString();
  }

  private static void writeLayerFile(byte[] tar) throws IOException {
    Files.deleteIfExists(LAYER);
    try (ChangesetReader reader =
            new ChangesetReader(new ByteArrayInputStream(tar), "fuzz", LIMITS);
        FileChannel out = FileChannel.open(LAYER, CREATE_NEW, READ, WRITE)) {
      LayerFile.write(reader, out, () -> new byte[16]);
    } catch (MalformedImageException e) {
      return;
    }
    try (ErofsImage image = ErofsImage.open(LAYER, List.of())) {
      assertTrue(image.list(image.root()).size() <= tar.length / TarHeader.BLOCK, "of the tar");
    }
  }

  @AfterAll
  static void close() throws IOException {
    MEMORY.close();
  }
}
