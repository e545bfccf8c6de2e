package dev.layerfs.changeset;

import static dev.layerfs.changeset.Archives.members;
import static dev.layerfs.changeset.Archives.names;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.Archives.Member;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Good archives of every format. */
final class TarReaderTest {
  private static TarEntry only(TarEntryBuilder entry) throws IOException {
    List<Member> members = members(new TarBuilder().add(entry).build());
    assertEquals(1, members.size());
    return members.get(0).entry();
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void readsTheFieldsOfEveryHeaderFormat(Format format) throws IOException {
    TarEntryBuilder file = TarEntryBuilder.file("etc/passwd", "root\n".getBytes(UTF_8))
        .format(format)
        .mode(04755)
        .owner(1000, 100)
        .mtime(1_700_000_000, 0);
    Member member = members(new TarBuilder().add(file).build()).get(0);
    TarEntry entry = member.entry();
    assertEquals("etc/passwd", member.name());
    assertEquals(TarEntry.Type.FILE, entry.type());
    assertEquals(04755, entry.mode());
    assertEquals(1000, entry.uid());
    assertEquals(100, entry.gid());
    assertEquals(1_700_000_000, entry.mtimeSeconds());
    assertEquals(5, entry.size());
    assertEquals(512, entry.contentOffset());
    assertArrayEquals("root\n".getBytes(UTF_8), member.content());
  }

  @Test
  void knowsEveryType() throws IOException {
    byte[] tar = new TarBuilder()
        .file("file", "x")
        .hardLink("hard", "file")
        .symlink("sym", "../x")
        .characterDevice("char", 1, 3)
        .blockDevice("block", 8, 1)
        .directory("dir")
        .fifo("fifo")
        .add(TarEntryBuilder.of('7', "contiguous").data(new byte[3]))
        .add(TarEntryBuilder.of('\0', "old").format(Format.V7).data(new byte[3]))
        .add(TarEntryBuilder.of('\0', "olddir/").format(Format.V7))
        .add(TarEntryBuilder.of('D', "dumped").format(Format.GNU).data(new byte[700]))
        .file("last", "y")
        .build();
    assertEquals(
        "FILE HARD_LINK SYMLINK CHARACTER_DEVICE BLOCK_DEVICE DIRECTORY FIFO FILE FILE DIRECTORY"
            + " DIRECTORY FILE",
        members(tar).stream().map(m -> m.entry().type().name()).collect(Collectors.joining(" ")));
    TarEntry block = members(tar).get(4).entry();
    assertEquals(8, block.deviceMajor());
    assertEquals(1, block.deviceMinor());
    assertArrayEquals("../x".getBytes(UTF_8), members(tar).get(2).entry().linkName());
  }

  @Test
  void joinsTheUstarPrefix() throws IOException {
    TarEntryBuilder split = TarEntryBuilder.file("name", new byte[0]).patch(345, "some/prefix");
    assertEquals(List.of("some/prefix/name"), names(new TarBuilder().add(split).build()));
  }

  @Test
  void takesOldGoPrefixesInGnuHeadersForNames() throws IOException {
    TarEntryBuilder go = TarEntryBuilder.file("name", new byte[0]).format(Format.GNU);
    assertEquals(
        List.of("a/prefix/name"),
        names(new TarBuilder().add(go.patch(345, "a/prefix")).build()));
    TarEntryBuilder gnu = TarEntryBuilder.file("name", new byte[0]).format(Format.GNU);
    assertEquals(
        List.of("name"),
        names(
            new TarBuilder().add(gnu.patch(345, "00000000012\00000000000013\0")).build()));
  }

  @Test
  void readsStarsShorterPrefix() throws IOException {
    TarEntryBuilder star = TarEntryBuilder.file("name", new byte[0])
        .patch(345, "p".repeat(131))
        .patch(476, "00000000012 ")
        .patch(508, "tar\0");
    assertEquals(
        List.of("p".repeat(131) + "/name"), names(new TarBuilder().add(star).build()));
  }

  @Test
  void takesLongNamesFromPaxAndFromGnuHeaders() throws IOException {
    String name = "n".repeat(100) + "/" + "m".repeat(200);
    byte[] tar = new TarBuilder()
        .add(TarEntryBuilder.of('2', name).link(name + "x"))
        .gnuLong('L', name)
        .gnuLong('K', name + "y")
        .symlink("short", "short")
        .build();
    assertEquals(List.of(name, name), names(tar));
    assertEquals(name + "x", Name.decode(members(tar).get(0).entry().linkName()));
    assertEquals(name + "y", Name.decode(members(tar).get(1).entry().linkName()));
  }

  @Test
  void keepsNamesThatAreNotUtf8() throws IOException {
    byte[] name = {'a', (byte) 0xFF, (byte) 0x80, 'b'};
    String text = Name.decode(name);
    byte[] tar = new TarBuilder()
        .file(text, "")
        .add(TarEntryBuilder.file("x", new byte[0])
            .record("hdrcharset", "BINARY")
            .record("path", text))
        .add(TarEntryBuilder.file("x", new byte[0]).record("path", text))
        .build();
    for (Member member : members(tar)) {
      assertArrayEquals(name, member.entry().name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1.5, 1, 500000000",
    "-1.5, -2, 500000000",
    "-1, -1, 0",
    "-0.000000001, -1, 999999999",
    "1.0000000019, 1, 1",
    "12.34, 12, 340000000",
    "7., 7, 0",
    "253402300800.5, 253402300800, 500000000"
  })
  void readsPaxTimes(String text, long seconds, int nanos) throws IOException {
    TarEntry entry = only(TarEntryBuilder.file("x", new byte[0]).record("mtime", text));
    assertEquals(seconds, entry.mtimeSeconds());
    assertEquals(nanos, entry.mtimeNanos());
  }

  @Test
  void readsBase256Numbers() throws IOException {
    TarEntry entry = only(TarEntryBuilder.file("x", new byte[0])
        .format(Format.GNU)
        .owner(4_000_000_000L, 1L << 40)
        .mtime(-5, 0)
        .withoutPax());
    assertEquals(4_000_000_000L, entry.uid());
    assertEquals(1L << 40, entry.gid());
    assertEquals(-5, entry.mtimeSeconds());
  }

  @Test
  void prefersPaxNumbersToTheHeaders() throws IOException {
    TarEntry entry = only(TarEntryBuilder.file("x", new byte[7])
        .record("uid", "3000000000")
        .record("gid", "12")
        .record("size", "7")
        .record("mtime", "99"));
    assertEquals(3_000_000_000L, entry.uid());
    assertEquals(12, entry.gid());
    assertEquals(99, entry.mtimeSeconds());
    assertEquals(7, entry.size());
  }

  @Test
  void passesOverGlobalHeaders() throws IOException {
    byte[] tar = new TarBuilder()
        .global("18 path=../canary\n")
        .global("10 size=9\n11 mtime=1\n")
        .file("real", "x")
        .build();
    assertEquals(List.of("real"), names(tar));
    assertEquals(0, members(tar).get(0).entry().mtimeSeconds());
  }

  @Test
  void readsEverySpellingOfExtendedAttributes() throws IOException {
    TarEntry entry = only(TarEntryBuilder.file("x", new byte[0])
        .xattr("user.a", new byte[] {0, 1, '\n', '='})
        .xattr("user.empty", new byte[0])
        .record("LIBARCHIVE.xattr.user.b%25c", "AAEC")
        .record("LIBARCHIVE.xattr.user.a", "Zm9v")
        .record("RHT.security.selinux", "system_u:object_r:etc_t:s0"));
    Map<Name, byte[]> xattrs = entry.xattrs();
    assertArrayEquals(new byte[] {0, 1, '\n', '='}, xattrs.get(Name.of("user.a")));
    assertArrayEquals(new byte[0], xattrs.get(Name.of("user.empty")));
    assertArrayEquals(new byte[] {0, 1, 2}, xattrs.get(Name.of("user.b%c")));
    assertArrayEquals(
        "system_u:object_r:etc_t:s0".getBytes(US_ASCII), xattrs.get(Name.of("security.selinux")));
    assertEquals(4, xattrs.size());
  }

  @Test
  void acceptsHeadersWhoseChecksumSumsSignedBytes() throws IOException {
    byte[] tar = new TarBuilder().file("\udcff\udcfe", "").build();
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : tar[i];
    }
    System.arraycopy(String.format("%06o\0 ", sum).getBytes(US_ASCII), 0, tar, 148, 8);
    assertEquals(List.of("\udcff\udcfe"), names(tar));
  }

  @Test
  void endsWithTheStreamOrWithZeroBlocks() throws IOException {
    TarBuilder tar = new TarBuilder().file("a", "x");
    byte[] oneBlock = java.util.Arrays.copyOf(tar.build(), tar.build().length - 512);
    assertEquals(List.of("a"), names(tar.buildWithoutEnd()));
    assertEquals(List.of("a"), names(oneBlock));
    assertEquals(List.of("a"), names(tar.build()));
    assertEquals(List.of(), names(new byte[0]));
    assertEquals(List.of(), names(new byte[1024]));
  }

  @Test
  void readsTheStreamToItsEnd() throws IOException {
    byte[] tar = new TarBuilder()
        .file("a", "x")
        .raw(new byte[1024])
        .file("../canary", "x")
        .raw(new byte[300_000])
        .buildWithoutEnd();
    InputStream in = new ByteArrayInputStream(tar);
    assertEquals(1, members(in, Limits.DEFAULT).size());
    assertEquals(-1, in.read());
  }

  @Test
  void passesOverContentNobodyReads() throws IOException {
    byte[] tar = new TarBuilder()
        .file("big", new byte[300_001])
        .file("half", new byte[1000])
        .file("last", "end")
        .build();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), "t", Limits.DEFAULT)) {
      reader.next();
      reader.next();
      InputStream half = reader.content();
      assertEquals(500, half.readNBytes(500).length);
      reader.next();
      assertThrows(IOException.class, half::read);
      assertArrayEquals("end".getBytes(UTF_8), reader.content().readAllBytes());
      assertEquals(-1, reader.content().read());
      assertEquals(null, reader.next());
      assertEquals(null, reader.next());
    }
  }

  @Test
  void givesTheWholeNameInMessagesEscaped() {
    byte[] tar = new TarBuilder()
        .file("ok", "")
        .add(TarEntryBuilder.of('Z', "evil\u001b[2J"))
        .build();
    IOException refusal = assertThrows(IOException.class, () -> names(tar));
    assertTrue(
        refusal.getMessage().startsWith("test entry 1 'evil\\u001B[2J': "), refusal.getMessage());
  }
}
