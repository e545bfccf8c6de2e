package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.Archives.Change;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChangesetWriterTest {
  private static final int LAYERS = 400;
  private static final byte[] NOTHING = {};

  @Test
  void theStrictReaderReadsBackWhatWasWritten() throws IOException {
    long seed = new Random().nextLong();
    RandomChanges random = new RandomChanges(seed);
    for (int i = 0; i < LAYERS; i++) {
      List<Change> changes = random.next();
      byte[] tar = RandomChanges.write(changes);
      assertEquals(
          changes.stream().map(ChangesetWriterTest::describe).toList(),
          Archives.changes(tar).stream().map(ChangesetWriterTest::describe).toList(),
          "seed " + seed);
      assertEquals(List.of(), Archives.notes(tar), "seed " + seed);
    }
  }

  @Test
  void theSameChangesGiveTheSameBytes() throws IOException {
    long seed = new Random().nextLong();
    List<Change> changes = new RandomChanges(seed).next();
    assertArrayEquals(RandomChanges.write(changes), RandomChanges.write(changes), "seed " + seed);
  }

  /** Everything of a change; arrays by their content. */
  static String describe(Change change) {
    ChangesetEntry e = change.entry();
    HexFormat hex = HexFormat.of();
    Map<String, String> xattrs = new TreeMap<>();
    e.xattrs().forEach((name, value) -> xattrs.put(name.toString(), hex.formatHex(value)));
    return String.join(
        " ",
        List.of(
            e.index() + "",
            e.kind() + "",
            e.path() + "",
            Integer.toOctalString(e.mode()),
            e.uid() + ":" + e.gid(),
            e.size() + "",
            e.mtimeSeconds() + "." + e.mtimeNanos(),
            hex.formatHex(e.linkTarget()),
            e.hardLinkTarget() + "",
            e.rdevMajor() + ":" + e.rdevMinor(),
            xattrs + "",
            Arrays.hashCode(change.content()) + ""));
  }

  @Test
  void plainFilesHaveNoExtendedHeader() throws IOException {
    byte[] tar = RandomChanges.write(List.of(new Change(file("etc/motd"), "hello".getBytes())));
    assertEquals(4 * TarHeader.BLOCK, tar.length, "header, content, end");
  }

  @Test
  void longNamesAreSplitWherePossible() throws IOException {
    String path = "d".repeat(100) + "/" + "f".repeat(100);
    byte[] tar = RandomChanges.write(List.of(new Change(file(path), NOTHING)));
    assertEquals(3 * TarHeader.BLOCK, tar.length, "header, end");
    assertEquals(path, Archives.changes(tar).get(0).path());
  }

  @Test
  void bigSizesAreWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long size = 9L << 30; // more than ustar's 8 GiB
    ChangesetWriter writer = new ChangesetWriter(new OutputStream() {
      @Override
      public void write(int b) {
        out.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, Math.min(length, 4 * TarHeader.BLOCK - out.size()));
      }
    });
    writer.add(with(file("big"), size));
    TarHeader header = new TarHeader();
    header.reset(out.toByteArray(), 0);
    assertEquals('x', header.typeFlag());
    String records = new String(
        out.toByteArray(), TarHeader.BLOCK, 40, java.nio.charset.StandardCharsets.US_ASCII);
    assertTrue(records.contains("size=" + size), records);
  }

  @Test
  void whatIsMissingOfAFileIsZero() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChangesetWriter writer = new ChangesetWriter(out);
    writer.add(with(file("sparse"), 20_000));
    writer.content(10_000, new byte[] {1, 2, 3}, 1, 2);
    writer.finish();
    byte[] expected = new byte[20_000];
    expected[10_000] = 2;
    expected[10_001] = 3;
    assertArrayEquals(expected, Archives.changes(out.toByteArray()).get(0).content());
  }

  @Test
  void contentBeyondTheSizeIsRefused() throws IOException {
    ChangesetWriter writer = new ChangesetWriter(OutputStream.nullOutputStream());
    writer.add(with(file("f"), 3));
    assertThrows(IOException.class, () -> writer.content(0, new byte[4], 0, 4));
    writer.content(1, new byte[2], 0, 2);
    assertThrows(IOException.class, () -> writer.content(0, new byte[1], 0, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".wh.a", "d/.wh.a", ".wh.d/a", ".wh..wh..opq", ".wh..wh.plnk/a", "d/../a", "./a"})
  void namesThatLayersReserveAreRefused(String path) {
    assertRefused(file(path), path.startsWith(".") || path.startsWith("d") ? "/" + path : path);
  }

  @Test
  void namesAndPathsThatAreTooLongAreRefused() {
    assertRefused(file("n".repeat(256)), "n");
    assertRefused(file("d/".repeat(2100) + "f"), "d/d/d");
  }

  @Test
  void whatTheReaderWouldDropIsRefused() {
    assertRefused(xattr("trusted.overlay.opaque"), "trusted.overlay.opaque");
    assertRefused(xattr("user.overlay.x"), "user.overlay.x");
    assertRefused(xattr("system.unknown"), "system.unknown");
    assertRefused(xattr("user.a=b"), "user.a=b");
  }

  @Test
  void whiteoutDevicesAreRefused() {
    assertRefused(entry(Kind.CHARACTER_DEVICE, "null", NOTHING, new TreeMap<>()), "/null");
  }

  @Test
  void targetsThatNoReaderTakesAreRefused() {
    assertRefused(entry(Kind.SYMLINK, "link", NOTHING, new TreeMap<>()), "/link");
    assertRefused(entry(Kind.SYMLINK, "link", new byte[5000], new TreeMap<>()), "/link");
    assertRefused(entry(Kind.SYMLINK, "link", new byte[] {'a', 0}, new TreeMap<>()), "/link");
  }

  private static void assertRefused(ChangesetEntry entry, String named) {
    ChangesetWriter writer = new ChangesetWriter(OutputStream.nullOutputStream());
    UnsupportedImageException e =
        assertThrows(UnsupportedImageException.class, () -> writer.add(entry));
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }

  private static ChangesetEntry file(String path) {
    return entry(Kind.FILE, path, NOTHING, new TreeMap<>());
  }

  private static ChangesetEntry xattr(String name) {
    SortedMap<Name, byte[]> xattrs = new TreeMap<>();
    xattrs.put(Name.of(name), NOTHING);
    return entry(Kind.FILE, "f", NOTHING, xattrs);
  }

  private static ChangesetEntry with(ChangesetEntry e, long size) {
    return new ChangesetEntry(
        e.index(),
        e.kind(),
        e.path(),
        e.mode(),
        e.uid(),
        e.gid(),
        size,
        e.mtimeSeconds(),
        e.mtimeNanos(),
        e.linkTarget(),
        e.hardLinkTarget(),
        0,
        0,
        e.xattrs());
  }

  private static ChangesetEntry entry(
      Kind kind, String path, byte[] target, SortedMap<Name, byte[]> xattrs) {
    List<Name> names = new ArrayList<>();
    for (String name : path.split("/")) {
      names.add(Name.of(name));
    }
    long size = kind == Kind.FILE && path.equals("etc/motd") ? 5 : 0;
    return new ChangesetEntry(
        0, kind, names, 0644, 0, 0, size, 0, 0, target, List.of(), 0, 0, xattrs);
  }
}
