package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a layer file says for a changeset. */
final class LayerFileTest {
  private static final String OPAQUE = " trusted.overlay.opaque=79";
  private static final String IMPLICIT = " trusted.layerfs.implicit=";

  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final Path directory = memory.getPath("/work");
  private int files;

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private SortedMap<String, String> layer(EntryList entries) throws IOException {
    Path file = new Images(directory).layer("layer" + files++, entries);
    try (ErofsImage image = ErofsImage.open(file, List.of())) {
      return Images.describe(image);
    }
  }

  private static void assertHas(SortedMap<String, String> layer, String path, String part) {
    String line = layer.getOrDefault(path, "nothing");
    assertTrue(line.contains(part), () -> path + " is " + line + " in " + layer.keySet());
  }

  private static void assertHasNot(SortedMap<String, String> layer, String path, String part) {
    String line = layer.getOrDefault(path, "nothing");
    assertFalse(line.contains(part), () -> path + " is " + line);
  }

  private void assertRejected(EntryList entries, String rule) {
    MalformedImageException e = assertThrows(MalformedImageException.class, () -> layer(entries));
    assertTrue(e.getMessage().contains(rule), e.getMessage());
  }

  @Test
  void keepsEveryAttribute() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList()
        .owner(4_294_967_294L, 7)
        .mtime(-2_000_000_000_000L, 999_999_999)
        .xattr("user.a", "b")
        .file("file", 07777, new byte[] {1, 2, 3})
        .characterDevice("tty", 4095, 1_048_575));
    assertHas(layer, "/file", "REGULAR 7777 4294967294:7 links=1");
    assertHas(layer, "/file", "mtime=-2000000000000.999999999");
    assertHas(layer, "/file", Images.content(new byte[] {1, 2, 3}));
    assertHas(layer, "/file", "user.a=62");
    assertHas(layer, "/tty", "CHARACTER_DEVICE 0660 4294967294:7");
    assertHas(layer, "/tty", "4095:1048575");
  }

  @Test
  void parentsThatAreNotListedAreImplicit() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList().file("a/b/file", "x"));
    for (String path : List.of("/", "/a", "/a/b")) {
      assertHas(layer, path, "DIRECTORY 0755 0:0");
      assertHas(layer, path, "mtime=0.000000000" + IMPLICIT);
    }
  }

  @Test
  void aParentListedLaterIsExplicit() throws IOException {
    SortedMap<String, String> layer =
        layer(new EntryList().file("a/file", "x").owner(1, 2).directory("a", 0700));
    assertHas(layer, "/a", "DIRECTORY 0700 1:2");
    assertHasNot(layer, "/a", IMPLICIT);
    assertHas(layer, "/a/file", "REGULAR");
  }

  @Test
  void row4EntriesLandBehindSymbolicLinksOfTheLayer() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList()
        .symlink("absolute", "/real/sub")
        .symlink("real/above", "../../../../other")
        .symlink("chain", "absolute/./../above")
        .file("absolute/one", "1")
        .file("real/above/two", "2")
        .file("chain/three", "3"));
    assertHas(layer, "/real/sub/one", "REGULAR");
    assertHas(layer, "/other/two", "REGULAR");
    assertHas(layer, "/other/three", "REGULAR");
    assertHas(layer, "/real/sub", IMPLICIT);
  }

  @Test
  void row19TheLastOfSeveralEntriesWins() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList()
        .file("f", "one")
        .file("f", "other")
        .symlink("link", "/elsewhere")
        .file("link", "file")
        .symlink("to-directory", "/elsewhere")
        .directory("to-directory", 0711)
        .directory("tree", 0700)
        .file("tree/deep/file", "x")
        .file("tree", "flat")
        .directory("again", 0700)
        .file("again/file", "x")
        .directory("again", 0500));
    assertHas(layer, "/f", Images.content("other".getBytes()));
    assertHas(layer, "/link", "REGULAR");
    assertHas(layer, "/to-directory", "DIRECTORY 0711");
    assertHas(layer, "/tree", "REGULAR");
    assertHas(layer, "/again", "DIRECTORY 0500");
    assertHas(layer, "/again/file", "REGULAR");
    assertEquals(7, layer.size(), layer.keySet()::toString);
  }

  @Test
  void whiteoutsAreDevices() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList().whiteout("etc/gone").opaque("var"));
    assertHas(layer, "/etc/gone", "CHARACTER_DEVICE 0000 0:0 links=1");
    assertHas(layer, "/etc/gone", " 0:0 =");
    assertHas(layer, "/etc", IMPLICIT);
    assertHas(layer, "/var", IMPLICIT + OPAQUE);
  }

  @Test
  void theRootCanBeOpaque() throws IOException {
    assertHas(layer(new EntryList().opaque("").file("f", "x")), "/", OPAQUE);
  }

  @Test
  void row27AnEntryWinsOverAWhiteoutOfItsPathInAnyOrder() throws IOException {
    EntryList before = new EntryList().whiteout("f").whiteout("d").whiteout("i");
    before.file("f", "x").directory("d", 0700).file("i/file", "x");
    EntryList after = new EntryList().file("f", "x").directory("d", 0700).file("i/file", "x");
    after.whiteout("f").whiteout("d").whiteout("i");
    SortedMap<String, String> layer = layer(before);
    assertEquals(layer, layer(after));
    assertHas(layer, "/f", "REGULAR");
    assertHas(layer, "/d", OPAQUE);
    assertHas(layer, "/i", OPAQUE);
    assertHasNot(layer, "/i", IMPLICIT);
  }

  @Test
  void aDirectoryInPlaceOfAnEarlierFileHidesLowerOnes() throws IOException {
    assertHas(layer(new EntryList().file("d", "x").directory("d", 0700)), "/d", OPAQUE);
  }

  @Test
  void row26WhiteoutsLandBehindSymbolicLinks() throws IOException {
    SortedMap<String, String> layer = layer(
        new EntryList().symlink("var/run", "/run").whiteout("var/run/gone").opaque("var/run"));
    assertHas(layer, "/run/gone", "CHARACTER_DEVICE");
    assertHas(layer, "/run", OPAQUE);
  }

  @Test
  void hardLinksShareAnInode() throws IOException {
    SortedMap<String, String> layer = layer(new EntryList()
        .symlink("s", "/d")
        .file("d/one", "x")
        .hardLink("two", "s/one")
        .hardLink("three", "two")
        .hardLink("link", "s"));
    for (String path : List.of("/d/one", "/two", "/three")) {
      assertHas(layer, path, "links=3");
      assertHas(layer, path, "=" + "2f642f6f6e65");
    }
    assertHas(layer, "/link", "SYMLINK 0777 0:0 links=2");
  }

  @Test
  void hardLinksToLowerFilesAreKeptAsSuch() throws IOException {
    SortedMap<String, String> layer =
        layer(new EntryList().hardLink("a", "usr/lib/x").hardLink("b", "a"));
    String target = " trusted.layerfs.hardlink=7573722f6c69622f78";
    assertHas(layer, "/a", "REGULAR 0000 0:0 links=2");
    assertHas(layer, "/a", target);
    assertHas(layer, "/b", target);
    assertEquals(3, layer.size());
  }

  @Test
  void row12RejectsHardLinksThatMakeNoSense() {
    assertRejected(new EntryList().hardLink("a", "a"), "to itself");
    assertRejected(
        new EntryList().symlink("s", "/").file("a", "x").hardLink("s/a", "a"), "to itself");
    assertRejected(new EntryList().directory("d", 0).hardLink("a", "d"), "to a directory");
    assertRejected(new EntryList().hardLink("a", "/"), "to a directory");
    assertRejected(new EntryList().hardLink("a", "b").file("b", "x"), "comes later");
    assertRejected(new EntryList().hardLink("a", "b").file("b/c", "x"), "comes later");
    assertRejected(new EntryList().file("f", "x").hardLink("a", "f/x"), "not a directory");
  }

  @Test
  void row18RejectsEntriesBelowWhatIsNoDirectory() {
    assertRejected(new EntryList().file("f", "x").file("f/below", "x"), "not a directory");
    assertRejected(
        new EntryList().file("f", "x").symlink("s", "f/x").file("s/y", "x"), "not a directory");
    assertRejected(new EntryList().fifo("f").whiteout("f/below"), "not a directory");
    assertRejected(new EntryList().symlink("s", "").file("s/below", "x"), "leads nowhere");
  }

  @Test
  void row13RejectsLoopsAndLongChainsOfLinks() throws IOException {
    assertRejected(
        new EntryList().symlink("a", "b").symlink("b", "a").file("a/x", "x"), "symbolic links");
    assertRejected(chain(41), "symbolic links");
    assertHas(layer(chain(40)), "/end/x", "REGULAR");
  }

  private static EntryList chain(int length) {
    EntryList entries = new EntryList().directory("end", 0700);
    for (int i = 0; i < length; i++) {
      entries.symlink("link" + i, i == 0 ? "end" : "link" + (i - 1));
    }
    return entries.file("link" + (length - 1) + "/x", "x");
  }

  @Test
  void rejectsARootThatIsNoDirectory() {
    String rule = "the root can only be a directory";
    assertRejected(new EntryList().file("", "x"), rule);
    assertRejected(new EntryList().symlink("", "/tmp"), rule);
    assertRejected(new EntryList().whiteout(""), rule);
    assertRejected(new EntryList().file("f", "").hardLink("", "f"), rule);
  }

  @Test
  void rejectsImpossibleDevices() {
    assertRejected(new EntryList().blockDevice("d", 4096, 0), "range");
    assertRejected(new EntryList().blockDevice("d", 0, 1 << 20), "range");
    assertRejected(new EntryList().blockDevice("d", -1, 0), "range");
    assertRejected(new EntryList().characterDevice("d", 0, 0), "whiteout");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trusted.overlay.opaque",
        "trusted.overlay.redirect",
        "user.overlay.metacopy",
        "trusted.layerfs.implicit",
        "com.apple.quarantine",
        "system.nfs4_acl",
        "user."
      })
  void refusesAttributesThatAreNoImagesBusiness(String name) {
    assertRejected(new EntryList().xattr(name, "y").directory("d", 0700), "images can't have");
  }

  @Test
  void refusesMoreAttributesThanAnInodeCanHave() {
    EntryList entries = new EntryList();
    for (int i = 0; i < 5; i++) {
      entries.xattr("user.a" + i, new byte[60_000]);
    }
    assertThrows(UnsupportedImageException.class, () -> layer(entries.file("f", "x")));
    EntryList large = new EntryList().xattr("user.a", new byte[65_536]).file("f", "x");
    assertThrows(UnsupportedImageException.class, () -> layer(large));
  }

  @Test
  void row118MessagesNameTheEntryAndEscapeIt() {
    EntryList entries = new EntryList().file("f", "x").file("f/\u001b[31m\n", "x");
    MalformedImageException e = assertThrows(MalformedImageException.class, () -> layer(entries));
    assertEquals(
        "layer entry 1 'f/\\u001B[31m\\u000A': below something that is not a directory",
        e.getMessage());
  }

  @Test
  void isAFunctionOfTheEntries() throws IOException {
    Images images = new Images(directory);
    for (var sample : Samples.layers().entrySet()) {
      byte[] one = Images.bytes(images.layer(sample.getKey(), sample.getValue()));
      byte[] two =
          Images.bytes(images.layer(sample.getKey() + "-2", sample.getValue().rewind()));
      assertArrayEquals(one, two, sample.getKey());
    }
  }

  @Test
  void summaryCounts() throws IOException {
    Path file = directory.resolve("layer.erofs");
    LayerFile.Summary summary =
        Images.write(file, new EntryList().file("a", "12345").file("b", "").fifo("c"));
    assertEquals(new LayerFile.Summary(3, 2, 5, Files.size(file), List.of()), summary);
  }

  @Test
  void asksForTheUuidWhenTheChangesetIsExhausted() throws IOException {
    EntryList entries = new EntryList().file("a", "x").file("b", "y");
    Path file = directory.resolve("layer.erofs");
    try (var out = Images.create(file)) {
      LayerFile.write(entries, out, () -> {
        assertEquals(null, entries.next());
        return Images.uuid(9);
      });
    }
    try (ErofsImage image = ErofsImage.open(file, List.of())) {
      assertArrayEquals(Images.uuid(9), image.uuid());
    }
  }

  @Test
  void isNoImageBeforeItIsComplete() throws IOException {
    Path file = directory.resolve("layer.erofs");
    EntryList entries = new EntryList().file("a", "x").hardLink("b", "b");
    assertThrows(MalformedImageException.class, () -> Images.write(file, entries));
    assertThrows(IOException.class, () -> ErofsImage.open(file, List.of()));
  }

  @Test
  void takesTenThousandLevels() throws IOException {
    String path = "d/".repeat(10_000);
    Path file = new Images(directory).layer("deep", new EntryList().file(path + "file", "x"));
    try (ErofsImage image = ErofsImage.open(file, List.of())) {
      long nid = Images.find(image, path + "file");
      assertEquals(Images.content(new byte[] {'x'}), Images.content(image, nid));
    }
    Path tree = new Images(directory).tree("tree", List.of(file, file));
    try (ErofsImage image = ErofsImage.open(tree, List.of(file, file))) {
      assertTrue(Images.find(image, path + "file") > 0);
    }
  }

  @Test
  void takesHolesAndAllSizes() throws IOException {
    byte[] content = Samples.content(300_000);
    Arrays.fill(content, 10_000, 200_000, (byte) 0);
    SparseEntries entries = new SparseEntries("sparse", content, 10_000, 200_000);
    Path file = directory.resolve("layer.erofs");
    Images.write(file, entries);
    try (ErofsImage image = ErofsImage.open(file, List.of())) {
      long nid = Images.find(image, "sparse");
      assertEquals(Images.content(content), Images.content(image, nid));
    }
  }
}
