package dev.layerfs.changeset;

import static dev.layerfs.changeset.Archives.members;
import static dev.layerfs.changeset.Archives.names;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the tar format itself; the numbers are the rows of the project's catalogue of attacks. */
final class TarAttacksTest {
  private static final byte[] SMUGGLED =
      new TarBuilder().file("smuggled", "evil").buildWithoutEnd();

  private static void refused(TarBuilder tar) {
    assertThrows(MalformedImageException.class, () -> members(tar.build()));
  }

  private static void exceeds(String limit, byte[] tar, Limits limits) {
    LimitExceededException refusal = assertThrows(
        LimitExceededException.class, () -> members(new ByteArrayInputStream(tar), limits));
    assertEquals(limit, refusal.limit());
  }

  @Test
  void row35PaxSizeHidesAHeaderThatUstarSizeShows() throws IOException {
    TarEntryBuilder outer =
        TarEntryBuilder.file("outer", SMUGGLED).headerSize(0).record("size", "1024");
    assertEquals(
        List.of("outer", "after"),
        names(new TarBuilder().add(outer).file("after", "x").build()));
  }

  @Test
  void row35PaxSizeShowsAHeaderThatUstarSizeHides() throws IOException {
    byte[] body = new byte[512 + SMUGGLED.length];
    System.arraycopy(SMUGGLED, 0, body, 512, SMUGGLED.length);
    TarEntryBuilder outer = TarEntryBuilder.file("outer", body).record("size", "4");
    assertEquals(
        List.of("outer", "smuggled", "after"),
        names(new TarBuilder().add(outer).file("after", "x").build()));
  }

  @Test
  void row36PaxSizeIsNotForTheNextExtendedHeader() throws IOException {
    byte[] tar = new TarBuilder()
        .pax("13 size=2048\n")
        .gnuLong('L', "long")
        .add(TarEntryBuilder.file("file", new byte[2048]))
        .build();
    assertEquals(List.of("long"), names(tar));
    assertEquals(2048, members(tar).get(0).entry().size());
  }

  @Test
  void row36ExtendedHeadersNeedAMember() {
    refused(new TarBuilder().file("a", "").pax("10 path=b\n"));
    refused(new TarBuilder().file("a", "").gnuLong('L', "b"));
    refused(new TarBuilder().file("a", "").gnuLong('K', "b"));
    refused(new TarBuilder().pax("10 path=b\n").global("10 path=c\n").file("a", ""));
  }

  @Test
  void row36ButTheStreamMayEndAfterOneAsGoHasIt() throws IOException {
    assertEquals(List.of(), names(new TarBuilder().pax("10 path=b\n").buildWithoutEnd()));
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '5', '6'})
  void row37NoBodyWhereNoneBelongs(char type) {
    TarEntryBuilder entry = TarEntryBuilder.of(type, "x").link("t").device(1, 1).data(SMUGGLED);
    refused(new TarBuilder().add(entry).file("after", "x"));
    TarEntryBuilder bySize =
        TarEntryBuilder.of(type, "x").link("t").device(1, 1).record("size", "1024");
    refused(new TarBuilder().add(bySize).raw(SMUGGLED).file("after", "x"));
    TarEntryBuilder small =
        TarEntryBuilder.of(type, "x").link("t").device(1, 1).data(new byte[] {'x'});
    refused(new TarBuilder().add(small).file("after", "x"));
    TarEntryBuilder beyondTheEnd =
        TarEntryBuilder.of(type, "x").link("t").device(1, 1).headerSize(1024);
    refused(new TarBuilder().add(beyondTheEnd).raw(new byte[1024]).raw(SMUGGLED));
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '5', '6'})
  void row37ButASizeAloneIsHarmlessWhereNoBodyCanBe(char type) throws IOException {
    TarEntryBuilder entry = TarEntryBuilder.of(type, "x").link("t").device(1, 1).headerSize(5);
    assertEquals(
        List.of("x", "after"),
        names(new TarBuilder().add(entry).file("after", "x").build()));
    assertEquals(List.of("x"), names(new TarBuilder().add(entry).build()));
    assertEquals(List.of("x"), names(new TarBuilder().add(entry).buildWithoutEnd()));
  }

  @Test
  void row37RegularFilesAreNotNamedLikeDirectories() {
    refused(new TarBuilder().file("d/", "x"));
    refused(new TarBuilder().file("d/", ""));
    refused(new TarBuilder().add(TarEntryBuilder.of('7', "d/")));
    refused(new TarBuilder().add(TarEntryBuilder.of('\0', "d/").data(SMUGGLED)).file("a", ""));
  }

  @Test
  void row38ConflictingValues() {
    refused(new TarBuilder().pax("10 path=a\n10 path=b\n").file("x", ""));
    refused(new TarBuilder().pax("10 size=1\n10 size=2\n").file("x", ""));
    refused(new TarBuilder().pax("8 uid=1\n8 uid=2\n").file("x", ""));
    refused(
        new TarBuilder().pax("10 size=0\n").pax("13 size=1024\n").file("x", "").raw(SMUGGLED));
    refused(new TarBuilder().pax("10 path=a\n").gnuLong('L', "b").file("x", ""));
    refused(new TarBuilder().pax("14 linkpath=a\n").gnuLong('K', "b").symlink("x", "y"));
    refused(new TarBuilder()
        .pax("25 SCHILY.xattr.user.a=1\n25 SCHILY.xattr.user.a=2\n")
        .file("x", ""));
  }

  @Test
  void row38RepetitionIsNoConflict() throws IOException {
    byte[] tar = new TarBuilder()
        .pax("10 path=a\n10 path=a\n")
        .gnuLong('L', "a")
        .file("x", "")
        .pax("10 path=b\n")
        .pax("10 path=c\n")
        .file("x", "")
        .gnuLong('L', "d")
        .gnuLong('L', "e")
        .file("x", "")
        .build();
    assertEquals(List.of("a", "c", "e"), names(tar));
  }

  @Test
  void row38EmptyValues() throws IOException {
    refused(new TarBuilder().pax("8 size=\n").file("x", ""));
    byte[] tar = new TarBuilder()
        .pax("8 path=\n7 uid=\n9 mtime=\n")
        .add(TarEntryBuilder.file("x", new byte[0]).owner(7, 7))
        .build();
    assertEquals(List.of("x"), names(tar));
    assertEquals(7, members(tar).get(0).entry().uid());
  }

  @Test
  void row39Checksums() {
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).checksum("000001\0 ")));
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).checksum("garbage!")));
    refused(
        new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).checksum("\0\0\0\0\0\0\0\0")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12x45678\0\0\0\0",
        "+3\0",
        "-3\0",
        "0x10\0",
        "1 2\0",
        "1\0junk",
        "8\0",
        "1.5\0",
        "\u00ff\u00ff" + "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", // -1
        "\u0080\u0000\u0000\u0000\u0080\u0000\u0000\u0000\u0000\u0000\u0000\u0000" // 2^63
      })
  void row39Numbers(String size) {
    String field = size + "\0".repeat(12 - size.length());
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).patch(124, field)));
    String owner = field.substring(0, 8);
    if (owner.charAt(0) != '\u0080') {
      refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).patch(108, owner)));
    }
  }

  /** To Go and GNU tar these are numbers, to others they are 0, and the content is headers. */
  @Test
  void row35NoNulBeforeTheDigitsOfALength() throws IOException {
    for (String size : List.of("\00000000001000", " \0000000001000", "\0       1000")) {
      refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[512]).patch(124, size)));
    }
    assertEquals(
        List.of("x"),
        Archives.names(new TarBuilder()
            .add(TarEntryBuilder.file("x", new byte[0]).patch(124, "\0\0\0\0\0\0\0\0\0\0\0\0"))
            .build()));
  }

  /** Some readers see {@code elsewhere/x}, others {@code x}. */
  @Test
  void row35NoPrefixWithoutAFormatThatHasOne() throws IOException {
    TarEntryBuilder old = TarEntryBuilder.file("x", new byte[0]).patch(257, "\0".repeat(8));
    assertEquals(List.of("x"), Archives.names(new TarBuilder().add(old).build()));
    refused(new TarBuilder().add(old.patch(345, "elsewhere")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+3", "-1", "3.0", " 3", "3 ", "0x3", "9223372036854775808", "1e3"})
  void row39PaxNumbers(String number) {
    for (String key : List.of("size", "uid", "gid")) {
      refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[3]).record(key, number)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 path=abc ", // no newline
        "13 path=abc\n", // longer than the header
        "9 path=abc\n", // shorter than the record
        "0 path\n",
        "6 path\n",
        "4 =\n",
        "5 =a\n",
        " 10 path=a\n",
        "path=a\n",
        "-10 path=a\n",
        "+10 path=a\n",
        "00000000000000000000010 path=a\n",
        "99999999999999999999 path=a\n",
        "12 path=a\0b\n",
        "16 linkpath=a\0b\n",
        "12 p\0ath=ab\n",
        "10 path=a\n\0\0",
        "20 SCHILY.xattr.=ab\n",
        "30 LIBARCHIVE.xattr.user.%zz=\n",
        "30 LIBARCHIVE.xattr.user.a=!!\n",
      })
  void row40PaxRecords(String body) {
    refused(new TarBuilder().pax(body).symlink("x", "y"));
  }

  @Test
  void row41LongNamesAndHeaders() {
    Limits limits = Limits.DEFAULT;
    String path = "p/".repeat(3000);
    exceeds("maxPathBytes", new TarBuilder().gnuLong('L', path).file("x", "").build(), limits);
    exceeds(
        "maxPathBytes", new TarBuilder().gnuLong('K', path).symlink("x", "y").build(), limits);
    exceeds(
        "maxPathBytes",
        new TarBuilder().add(TarEntryBuilder.of('2', path).link("y")).build(),
        limits);
    TarBuilder chain = new TarBuilder();
    for (int i = 0; i < 5000; i++) {
      chain.pax("");
    }
    exceeds("maxEntryMetadataBytes", chain.file("x", "").build(), limits);
    TarBuilder globals = new TarBuilder();
    for (int i = 0; i < 5000; i++) {
      globals.global("12 comment=\n");
    }
    exceeds("maxEntryMetadataBytes", globals.file("x", "").build(), limits);
    TarBuilder declared = new TarBuilder()
        .add(TarEntryBuilder.of('L', "x").headerSize(1 << 30))
        .add(TarEntryBuilder.of('0', "x"));
    exceeds("maxEntryMetadataBytes", declared.build(), limits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "1e9",
        "--1",
        "+1",
        "1.2.3",
        "1.-2",
        ".5",
        "-",
        ".",
        " 1",
        "9223372036854775808"
      })
  void row42Times(String time) {
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).record("mtime", time)));
  }

  @Test
  void row42TimesOfManyDigits() {
    String time = "1".repeat(100_000);
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).record("mtime", time)));
    String nanos = "1." + "1".repeat(100_000);
    refused(new TarBuilder().add(TarEntryBuilder.file("x", new byte[0]).record("mtime", nanos)));
  }

  @Test
  void row44SizesWithoutData() {
    for (long size : new long[] {1, 512, 1L << 32}) {
      TarEntryBuilder file = TarEntryBuilder.file("x", new byte[0]).headerSize(size);
      byte[] tar = new TarBuilder().add(file).buildWithoutEnd();
      assertThrows(MalformedImageException.class, () -> names(tar));
    }
    TarEntryBuilder huge =
        TarEntryBuilder.file("x", new byte[0]).record("size", Long.toString(1L << 50));
    exceeds("maxLayerBytes", new TarBuilder().add(huge).build(), Limits.DEFAULT);
  }

  @Test
  void row44EveryTruncationIsRefusedOrEndsBetweenMembers() throws IOException {
    byte[] tar = new TarBuilder()
        .add(TarEntryBuilder.file("a", new byte[700]).mtime(1, 1))
        .gnuLong('L', "b")
        .file("x", "content")
        .buildWithoutEnd();
    List<Integer> accepted = new java.util.ArrayList<>();
    for (int length = 0; length < tar.length; length++) {
      byte[] cut = Arrays.copyOf(tar, length);
      try {
        names(cut);
        accepted.add(length);
      } catch (MalformedImageException e) {
        // as it should
      }
    }
    // The start, after a's pax header, after a, after b's long name.
    assertEquals(List.of(0, 1024, 2560, 3584), accepted);
  }

  @Test
  void row45DataAfterTheEndIsNoEntry() throws IOException {
    assertEquals(
        List.of("a"),
        names(new TarBuilder().file("a", "").raw(new byte[1024]).raw(SMUGGLED).build()));
    refused(new TarBuilder().file("a", "").raw(new byte[512]).raw(SMUGGLED));
  }

  @Test
  void row45DataAfterTheEndIsBounded() {
    Limits limits = Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 20).build();
    InputStream endless = new SequenceInputStream(Collections.enumeration(List.of(
        new ByteArrayInputStream(new TarBuilder().build()),
        new ByteArrayInputStream(new byte[2 << 20]))));
    LimitExceededException refusal =
        assertThrows(LimitExceededException.class, () -> members(endless, limits));
    assertEquals("maxLayerBytes", refusal.limit());
  }

  @ParameterizedTest
  @ValueSource(chars = {'8', '9', 'A', 'I', 'M', 'N', 'V', 'X', 'Z', 'a', 's', '!', '\u00ff'})
  void row46UnknownTypes(char type) {
    refused(new TarBuilder().add(TarEntryBuilder.of(type, "x").format(Format.GNU)));
  }

  @Test
  void row51ManyEntries() {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 11; i++) {
      tar.file("f" + i, "");
    }
    exceeds("maxEntries", tar.build(), Limits.DEFAULT.toBuilder().maxEntries(10).build());
  }

  @Test
  void row53ExtendedAttributes() {
    byte[] longName = new TarBuilder()
        .add(TarEntryBuilder.file("x", new byte[0]).xattr("user." + "n".repeat(251), new byte[1]))
        .build();
    exceeds("maxNameBytes", longName, Limits.DEFAULT);
    byte[] longValue = new TarBuilder()
        .add(TarEntryBuilder.file("x", new byte[0]).xattr("user.n", new byte[65_536]))
        .build();
    exceeds("maxXattrBytes", longValue, Limits.DEFAULT);
    TarEntryBuilder many = TarEntryBuilder.file("x", new byte[0]);
    for (int i = 0; i < 20; i++) {
      many.xattr("user.n" + i, new byte[65_000]);
    }
    exceeds("maxEntryMetadataBytes", new TarBuilder().add(many).build(), Limits.DEFAULT);
    refused(new TarBuilder()
        .add(TarEntryBuilder.file("x", new byte[0]).record("SCHILY.xattr.user.\0a", "x")));
  }

  @Test
  void row10EmptyNamesAndLinkTargets() {
    refused(new TarBuilder().file("", ""));
    refused(new TarBuilder().gnuLong('L', "").file("x", ""));
    refused(new TarBuilder().hardLink("x", ""));
    refused(new TarBuilder().symlink("x", ""));
  }

  @Test
  void gnuLongNamesEndAtTheirFirstNul() throws IOException {
    byte[] tar = new TarBuilder().gnuLong('L', "a\0../b").file("x", "").build();
    assertEquals(List.of("a"), names(tar));
    assertEquals("a", new String(members(tar).get(0).entry().name(), US_ASCII));
  }
}
