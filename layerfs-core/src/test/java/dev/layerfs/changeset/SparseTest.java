package dev.layerfs.changeset;

import static dev.layerfs.changeset.Archives.changes;
import static dev.layerfs.changeset.Archives.members;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.Archives.Member;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse files in all of GNU tar's formats. */
final class SparseTest {
  private static final byte[] DATA = "0123456789".getBytes(US_ASCII);
  /** Ten bytes: three at 5, seven at 100, in a file of 200. */
  private static final long[][] MAP = {{5, 3}, {100, 7}, {200, 0}};

  private static byte[] expected() {
    byte[] content = new byte[200];
    System.arraycopy(DATA, 0, content, 5, 3);
    System.arraycopy(DATA, 3, content, 100, 7);
    return content;
  }

  private static void check(TarEntryBuilder entry) throws IOException {
    byte[] tar = new TarBuilder().add(entry).file("next", "n").build();
    Member member = members(tar).get(0);
    assertEquals("s", member.name());
    assertEquals(200, member.entry().size());
    assertTrue(member.entry().sparse());
    assertArrayEquals(expected(), member.content());
    assertArrayEquals(expected(), changes(tar).get(0).content());
    assertEquals("next", members(tar).get(1).name());
  }

  private static TarEntryBuilder old(long realSize, long[]... map) {
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < Math.min(4, map.length); i++) {
      entries.append(String.format("%011o\0%011o\0", map[i][0], map[i][1]));
    }
    return TarEntryBuilder.of('S', "s")
        .format(Format.GNU)
        .data(DATA)
        .patch(386, entries.toString())
        .patch(483, String.format("%011o\0", realSize));
  }

  @Test
  void readsTheOldGnuFormat() throws IOException {
    check(old(200, MAP));
  }

  @Test
  void readsExtensionBlocksOfTheOldGnuFormat() throws IOException {
    int runs = 4 + 21 + 3;
    List<byte[]> blocks = new ArrayList<>();
    for (int from = 4; from < runs; from += 21) {
      StringBuilder block = new StringBuilder();
      for (int i = from; i < Math.min(runs, from + 21); i++) {
        block.append(String.format("%011o\0%011o\0", 10L * i, 1));
      }
      byte[] bytes = java.util.Arrays.copyOf(block.toString().getBytes(US_ASCII), 512);
      bytes[504] = (byte) (from + 21 < runs ? 1 : 0);
      blocks.add(bytes);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    blocks.forEach(body::writeBytes);
    body.writeBytes("x".repeat(runs).getBytes(US_ASCII));
    byte[] tar = new TarBuilder()
        .add(old(300, new long[][] {{0, 1}, {10, 1}, {20, 1}, {30, 1}})
            .data(body.toByteArray())
            .headerSize(runs)
            .patch(482, "\u0001"))
        .file("next", "")
        .build();
    byte[] content = members(tar).get(0).content();
    assertEquals(300, content.length);
    for (int i = 0; i < content.length; i++) {
      assertEquals(i % 10 == 0 && i / 10 < runs ? 'x' : 0, content[i], "at " + i);
    }
    assertEquals("next", members(tar).get(1).name());
  }

  @Test
  void readsPaxFormat00() throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    records.writeBytes(TarBuilder.record("GNU.sparse.size", "200".getBytes(US_ASCII)));
    records.writeBytes(TarBuilder.record("GNU.sparse.numblocks", "3".getBytes(US_ASCII)));
    for (long[] run : MAP) {
      records.writeBytes(
          TarBuilder.record("GNU.sparse.offset", Long.toString(run[0]).getBytes(US_ASCII)));
      records.writeBytes(
          TarBuilder.record("GNU.sparse.numbytes", Long.toString(run[1]).getBytes(US_ASCII)));
    }
    byte[] tar =
        new TarBuilder().pax(records.toString(US_ASCII)).file("s", DATA).build();
    assertArrayEquals(expected(), members(tar).get(0).content());
  }

  @Test
  void readsPaxFormat01() throws IOException {
    check(TarEntryBuilder.file("GNUSparseFile.0/s", DATA)
        .record("GNU.sparse.size", "200")
        .record("GNU.sparse.numblocks", "3")
        .record("GNU.sparse.name", "s")
        .record("GNU.sparse.map", "5,3,100,7,200,0"));
  }

  private static TarEntryBuilder version1(String map, byte[] data, String realSize) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] lines = map.getBytes(US_ASCII);
    body.writeBytes(java.util.Arrays.copyOf(lines, (lines.length + 511) / 512 * 512));
    body.writeBytes(data);
    return TarEntryBuilder.file("GNUSparseFile.0/s", body.toByteArray())
        .record("GNU.sparse.major", "1")
        .record("GNU.sparse.minor", "0")
        .record("GNU.sparse.name", "s")
        .record("GNU.sparse.realsize", realSize);
  }

  @Test
  void readsPaxFormat10() throws IOException {
    check(version1("3\n5\n3\n100\n7\n200\n0\n", DATA, "200"));
  }

  @Test
  void readsAMapLongerThanABlock() throws IOException {
    StringBuilder map = new StringBuilder("1000\n");
    for (int i = 0; i < 1000; i++) {
      map.append(100_000 + 2 * i).append("\n1\n");
    }
    byte[] tar = new TarBuilder()
        .add(version1(map.toString(), new byte[1000], "200000"))
        .file("next", "")
        .build();
    assertEquals(200_000, members(tar).get(0).content().length);
    assertEquals("next", members(tar).get(1).name());
  }

  @Test
  void leavesHolesOutOfTheData() throws IOException {
    byte[] tar =
        new TarBuilder().add(old((1L << 33) - 1, new long[] {1L << 32, 10})).build();
    List<String> runs = new ArrayList<>();
    try (ChangesetReader reader =
        new ChangesetReader(new ByteArrayInputStream(tar), "t", Limits.DEFAULT)) {
      reader.next();
      reader.readData((position, buffer, offset, length) -> runs.add(position + "+" + length));
    }
    assertEquals(List.of((1L << 32) + "+10"), runs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5,3,6,7", // overlap
        "100,7,5,3", // order
        "5,3,100,70", // more than the body has
        "5,3,195,7", // beyond the end
        "5,9223372036854775807,100,7",
        "9223372036854775807,10",
        "5,3,100", // no length
        "5,,100,7",
        "-5,3",
      })
  void row43RefusesMapsThatMakeNoSense(String map) {
    byte[] tar = new TarBuilder()
        .add(TarEntryBuilder.file("s", DATA)
            .record("GNU.sparse.size", "200")
            .record("GNU.sparse.map", map))
        .build();
    assertThrows(MalformedImageException.class, () -> members(tar));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2\n5\n3\n", "x\n", "1\n5", "\n", "99999999999999999999\n", "-1\n"})
  void row43RefusesMapsThatAreNoMaps(String map) {
    byte[] tar = new TarBuilder().add(version1(map, new byte[0], "200")).build();
    assertThrows(MalformedImageException.class, () -> members(tar));
  }

  @Test
  void row43BoundsSegments() {
    Limits limits = Limits.DEFAULT.toBuilder().maxSparseSegments(2).build();
    byte[] inPax = new TarBuilder()
        .add(TarEntryBuilder.file("s", DATA).record("GNU.sparse.map", "5,3,100,7,200,0"))
        .build();
    byte[] inBody =
        new TarBuilder().add(version1("3\n5\n3\n100\n7\n200\n0\n", DATA, "200")).build();
    byte[] inHeader = new TarBuilder().add(old(200, MAP)).build();
    for (byte[] tar : List.of(inPax, inBody, inHeader)) {
      LimitExceededException refusal = assertThrows(
          LimitExceededException.class, () -> members(new ByteArrayInputStream(tar), limits));
      assertEquals("maxSparseSegments", refusal.limit());
    }
  }

  @Test
  void row43BoundsLogicalSize() {
    byte[] tar = new TarBuilder().add(old((1L << 33) - 1, MAP)).build();
    Limits limits = Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 30).build();
    LimitExceededException refusal = assertThrows(
        LimitExceededException.class, () -> members(new ByteArrayInputStream(tar), limits));
    assertEquals("maxLayerBytes", refusal.limit());
  }

  @Test
  void row43BoundsTheSumOfLogicalSizes() {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 5; i++) {
      tar.add(old(1L << 28, MAP));
    }
    Limits limits = Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 30).build();
    assertThrows(LimitExceededException.class, () -> {
      try (TarReader reader = new TarReader(new ByteArrayInputStream(tar.build()), "t", limits)) {
        while (reader.next() != null) {
          // only headers
        }
      }
    });
  }

  @Test
  void refusesSparsenessWhereThereIsNoContent() {
    byte[] directory = new TarBuilder()
        .add(TarEntryBuilder.directory("d").record("GNU.sparse.map", "0,0"))
        .build();
    byte[] unknown = new TarBuilder()
        .add(TarEntryBuilder.file("s", DATA).record("GNU.sparse.major", "2"))
        .build();
    byte[] ustar = new TarBuilder().add(old(200, MAP).format(Format.USTAR)).build();
    for (byte[] tar : List.of(directory, unknown, ustar)) {
      assertThrows(MalformedImageException.class, () -> members(tar));
    }
  }
}
