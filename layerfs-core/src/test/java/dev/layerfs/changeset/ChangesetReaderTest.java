package dev.layerfs.changeset;

import static dev.layerfs.changeset.Archives.changes;
import static dev.layerfs.changeset.Archives.notes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.Archives.Change;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layer semantics; the numbers are the rows of the project's catalogue of attacks. */
final class ChangesetReaderTest {
  private static List<String> list(TarBuilder tar) throws IOException {
    return changes(tar.build()).stream().map(Change::toString).toList();
  }

  private static void refused(TarBuilder tar) {
    assertThrows(MalformedImageException.class, () -> list(tar));
  }

  private static ChangesetEntry only(TarBuilder tar) throws IOException {
    List<Change> changes = changes(tar.build());
    assertEquals(1, changes.size());
    return changes.get(0).entry();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b",
    "./a/b, a/b",
    "/a/b, a/b",
    "//a///b//, a/b",
    "./././a/./b/., a/b",
    "a./b., a./b.",
    "...,...",
    "a/.../b, a/.../b",
    ".hidden, .hidden",
    "..a/b.., ..a/b.."
  })
  void row3NamesBecomePathsFromTheRoot(String name, String path) throws IOException {
    assertEquals(List.of("DIRECTORY " + path), list(new TarBuilder().directory(name)));
    ChangesetEntry link = only(new TarBuilder().hardLink("x", name));
    assertEquals(
        path,
        String.join("/", link.hardLinkTarget().stream().map(Name::toString).toList()));
  }

  @Test
  void namesStayTheBytesThatTheyAre() throws IOException {
    byte[] name = {'a', (byte) 0xFF, (byte) 0x80, 'b'};
    ChangesetEntry link =
        only(new TarBuilder().hardLink("d/" + Name.decode(name), Name.decode(name) + "/x"));
    assertArrayEquals(name, link.path().get(1).toBytes());
    assertArrayEquals(name, link.hardLinkTarget().get(0).toBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../x", "a/b/../../../x", "..", "/..", "x/..", "./..", "a/../"})
  void row1And2And6And11DotDotIsRefusedWhereverItStands(String name) {
    refused(new TarBuilder().directory(name));
    refused(new TarBuilder().symlink(name, "x"));
    refused(new TarBuilder().hardLink("x", name));
  }

  @Test
  void row8TheRootIsADirectory() throws IOException {
    assertEquals(
        List.of("DIRECTORY ", "DIRECTORY ", "DIRECTORY "),
        list(new TarBuilder().directory("./").directory("/").directory(".")));
    for (String root : List.of(".", "./.", "/.")) {
      refused(new TarBuilder().file(root, ""));
      refused(new TarBuilder().symlink(root, "/tmp"));
      refused(new TarBuilder().hardLink(root, "x"));
      refused(new TarBuilder().hardLink("x", root));
      refused(new TarBuilder().fifo(root));
    }
    refused(new TarBuilder().symlink("/", "/tmp"));
  }

  @Test
  void row17SymlinkTargetsStayAsTheyAre() throws IOException {
    for (String target : List.of("../../etc", "/run", "a//b/./", "..")) {
      ChangesetEntry link = only(new TarBuilder().symlink("l", target));
      assertArrayEquals(target.getBytes(UTF_8), link.linkTarget());
    }
  }

  @Test
  void row23BackslashesAndDrivesAreOrdinaryNames() throws IOException {
    assertEquals(
        List.of("FILE ..\\..\\x", "FILE C:/x", "FILE CON"),
        list(new TarBuilder().file("..\\..\\x", "").file("C:/x", "").file("CON", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh..", ".wh...", "etc/.wh..", "etc/.wh...", ".wh.", "etc/.wh."})
  void row24And25WhiteoutsOfNothingOrOfTheDirectoryItself(String name) {
    refused(new TarBuilder().file(name, ""));
  }

  @Test
  void whiteoutsNameWhatTheyRemove() throws IOException {
    String longest = "n".repeat(255);
    assertEquals(
        List.of(
            "WHITEOUT etc/passwd",
            "WHITEOUT top",
            "WHITEOUT .hidden",
            "WHITEOUT .wh",
            "OPAQUE etc",
            "OPAQUE ",
            "WHITEOUT " + longest),
        list(new TarBuilder()
            .whiteout("./etc/", "passwd")
            .whiteout("", "top")
            .whiteout("", ".hidden")
            .whiteout("", ".wh")
            .opaque("etc/")
            .opaque("")
            .whiteout("", longest)));
  }

  @Test
  void whiteoutsSayNothingElse() throws IOException {
    ChangesetEntry whiteout = only(new TarBuilder()
        .add(TarEntryBuilder.file(".wh.x", new byte[5])
            .owner(1L << 33, 5)
            .mtime(77, 7)
            .xattr("user.x", new byte[1])));
    assertEquals(0, whiteout.size());
    assertEquals(0, whiteout.uid());
    assertEquals(0, whiteout.mtimeSeconds());
    assertTrue(whiteout.xattrs().isEmpty());
  }

  @Test
  void row29WhiteoutsOfAnyTypeButDirectories() throws IOException {
    assertEquals(
        List.of("WHITEOUT a", "WHITEOUT b", "WHITEOUT c", "WHITEOUT d", "FILE next"),
        list(new TarBuilder()
            .symlink(".wh.a", "../..")
            .hardLink(".wh.b", "../..")
            .characterDevice(".wh.c", 0, 0)
            .file(".wh.d", "data")
            .file("next", "")));
    refused(new TarBuilder().directory(".wh.x"));
    refused(new TarBuilder().directory(".wh.x/"));
    refused(new TarBuilder().directory(".wh..wh..opq"));
    refused(new TarBuilder().directory(".wh.etc/somefile"));
    refused(new TarBuilder().file(".wh.etc/somefile", ""));
    refused(new TarBuilder().file(".wh..wh..opq/x", ""));
    refused(new TarBuilder().hardLink("x", ".wh.x"));
    refused(new TarBuilder().hardLink("x", "a/.wh..wh..opq"));
  }

  @Test
  void row30AufsMetadataIsPassedOver() throws IOException {
    TarBuilder tar = new TarBuilder()
        .directory(".wh..wh.plnk/")
        .file(".wh..wh.plnk/1.2", "data")
        .directory(".wh..wh.orph")
        .file(".wh..wh.aufs", "")
        .file("real", "x");
    assertEquals(List.of("FILE real"), list(tar));
    assertEquals(4, notes(tar.build()).size());
    assertThrows(
        UnsupportedImageException.class,
        () -> list(new TarBuilder().hardLink("x", ".wh..wh.plnk/1.2")));
  }

  @Test
  void row31DotDotBehindAWhiteout() {
    refused(new TarBuilder().file("a/.wh.b/../../x", ""));
    refused(new TarBuilder().file(".wh..wh.plnk/../x", ""));
  }

  @Test
  void row32TheKernelsWhiteout() throws IOException {
    refused(new TarBuilder().characterDevice("x", 0, 0));
    assertEquals(
        List.of("BLOCK_DEVICE x", "CHARACTER_DEVICE y"),
        list(new TarBuilder().blockDevice("x", 0, 0).characterDevice("y", 0, 1)));
  }

  @Test
  void row33AttributesThatSteerAnOverlayAreDropped() throws IOException {
    TarEntryBuilder file = TarEntryBuilder.file("x", new byte[0]);
    List<String> dropped = List.of(
        "trusted.overlay.redirect",
        "user.overlay.opaque",
        "trusted.layerfs.x",
        "user.layerfs.x",
        "user.containers.override_stat",
        "system.other",
        "com.apple.x",
        "user.",
        "security.",
        "x");
    List<String> kept = List.of(
        "user.overlayx",
        "trusted.overlayx",
        "user.containers.other",
        "security.capability",
        "system.posix_acl_access",
        "system.posix_acl_default",
        "user.mime_type",
        "trusted.x");
    dropped.forEach(name -> file.xattr(name, new byte[] {'y'}));
    kept.forEach(name -> file.xattr(name, new byte[] {'y'}));
    TarBuilder tar = new TarBuilder().add(file);
    assertEquals(
        kept.stream().sorted().toList(),
        only(tar).xattrs().keySet().stream().map(Name::toString).toList());
    List<String> notes = notes(tar.build());
    assertEquals(dropped.size(), notes.size());
    for (String name : dropped) {
      assertTrue(notes.contains("test entry 0 'x': dropped the extended attribute " + name), name);
    }
  }

  @Test
  void notesAreBoundedAndEscaped() throws IOException {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 250; i++) {
      tar.add(TarEntryBuilder.file("f\u001b" + i, new byte[0]).xattr("bad\n", new byte[0]));
    }
    List<String> notes = notes(tar.build());
    assertEquals(101, notes.size());
    assertEquals("and 150 more", notes.get(100));
    assertTrue(notes.get(0).contains("'f\\u001B0': dropped the extended attribute bad\\u000A"));
  }

  @ParameterizedTest
  @ValueSource(longs = {4294967295L, 4294967296L, Long.MAX_VALUE})
  void row112OwnersBeyond32Bits(long id) throws IOException {
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).owner(id, 0)));
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).owner(0, id)));
    ChangesetEntry last = only(new TarBuilder()
        .add(TarEntryBuilder.file("x", new byte[0]).owner(4294967294L, 4294967294L)));
    assertEquals(4294967294L, last.uid());
    assertEquals(4294967294L, last.gid());
  }

  @Test
  void row113DeviceNumbersOutOfRange() throws IOException {
    refused(new TarBuilder().blockDevice("x", 4096, 0));
    refused(new TarBuilder().blockDevice("x", 0, 1048576));
    refused(
        new TarBuilder().add(TarEntryBuilder.of('4', "x").device(1L << 33, 1).withoutPax()));
    ChangesetEntry device = only(new TarBuilder().blockDevice("x", 4095, 1048575));
    assertEquals(4095, device.rdevMajor());
    assertEquals(1048575, device.rdevMinor());
  }

  @Test
  void row114SetIdBitsAreKept() throws IOException {
    assertEquals(
        07777,
        only(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).mode(0107777)))
            .mode());
  }

  @Test
  void row117LongNamesAndPaths() throws IOException {
    assertEquals(
        255, only(new TarBuilder().file("n".repeat(255), "")).path().get(0).length());
    LimitExceededException name = assertThrows(
        LimitExceededException.class, () -> list(new TarBuilder().file("n".repeat(256), "")));
    assertEquals("maxNameBytes", name.limit());
    LimitExceededException path = assertThrows(
        LimitExceededException.class, () -> list(new TarBuilder().directory("d/".repeat(2049))));
    assertEquals("maxPathBytes", path.limit());
    assertEquals(
        2048, only(new TarBuilder().directory("d/".repeat(2048))).path().size());
  }

  @Test
  void row119CaseAndNormalisationFormsAreDifferentNames() throws IOException {
    assertEquals(
        4,
        list(new TarBuilder()
                .file("Foo", "")
                .file("foo", "")
                .file("\u00e9", "")
                .file("e\u0301", ""))
            .stream()
            .distinct()
            .count());
  }

  @Test
  void row51EntriesForTheirCompressedSize() throws IOException {
    TarBuilder tar = new TarBuilder();
    byte[] fifo = new TarBuilder().fifo("f").buildWithoutEnd();
    for (int i = 0; i < 70_000; i++) {
      tar.raw(fifo);
    }
    byte[] bytes = tar.build();
    assertEquals(70_000, count(bytes, Long.MAX_VALUE));
    assertEquals(70_000, count(bytes, 700 * 1024));
    LimitExceededException refusal =
        assertThrows(LimitExceededException.class, () -> count(bytes, 600 * 1024));
    assertEquals("maxEntriesPerKiB", refusal.limit());
  }

  private static int count(byte[] tar, long compressedBytes) throws IOException {
    int count = 0;
    try (ChangesetReader reader = new ChangesetReader(
        new ByteArrayInputStream(tar), "t", Limits.DEFAULT, () -> compressedBytes)) {
      while (reader.next() != null) {
        count++;
      }
    }
    return count;
  }

  @Test
  void handsOutDataOnlyForFilesAndInOrder() throws IOException {
    byte[] content = new byte[300_000];
    new java.util.Random(1).nextBytes(content);
    byte[] tar = new TarBuilder()
        .file(".wh.gone", "data")
        .directory("d")
        .file("f", content)
        .build();
    List<Integer> lengths = new ArrayList<>();
    try (ChangesetReader reader =
        new ChangesetReader(new ByteArrayInputStream(tar), "t", Limits.DEFAULT)) {
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        reader.readData((position, buffer, offset, length) -> {
          assertEquals(lengths.stream().mapToInt(Integer::intValue).sum(), position);
          lengths.add(length);
        });
        reader.readData((position, buffer, offset, length) -> lengths.add(-1)); // nothing left
      }
    }
    assertEquals(content.length, lengths.stream().mapToInt(Integer::intValue).sum());
    assertArrayEquals(content, changes(tar).get(2).content());
    assertTrue(lengths.stream().anyMatch(length -> length >= 64 << 10), lengths::toString);
  }

  @Test
  void keepsWhatItAccepts() throws IOException {
    ChangesetEntry file = only(new TarBuilder()
        .add(TarEntryBuilder.file("x", new byte[3])
            .mode(0640)
            .owner(1, 2)
            .mtime(-3, 4)
            .xattr("user.a", new byte[] {1})));
    assertEquals(0640, file.mode());
    assertEquals(1, file.uid());
    assertEquals(2, file.gid());
    assertEquals(-3, file.mtimeSeconds());
    assertEquals(4, file.mtimeNanos());
    assertEquals(3, file.size());
    assertArrayEquals(new byte[] {1}, file.xattrs().get(Name.of("user.a")));
  }
}
