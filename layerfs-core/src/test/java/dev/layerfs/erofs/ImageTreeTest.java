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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a merge of layers is. */
final class ImageTreeTest {
  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final Images images = new Images(memory.getPath("/work"));
  private int merges;

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private SortedMap<String, String> merge(EntryList... layers) throws IOException {
    int merge = merges++;
    List<Path> files = new ArrayList<>();
    for (EntryList layer : layers) {
      files.add(images.layer("layer" + merge + "-" + files.size(), layer));
    }
    try (ErofsImage image = ErofsImage.open(images.tree("tree" + merge, files), files)) {
      SortedMap<String, String> tree = Images.describe(image);
      assertFalse(tree.toString().contains("trusted.layerfs"), tree::toString);
      assertFalse(tree.toString().contains("trusted.overlay.opaque"), tree::toString);
      return tree;
    }
  }

  private static void assertHas(SortedMap<String, String> tree, String path, String part) {
    String line = tree.getOrDefault(path, "nothing");
    assertTrue(line.contains(part), () -> path + " is " + line + " in " + tree.keySet());
  }

  private static void assertPaths(SortedMap<String, String> tree, String... paths) {
    assertEquals(List.of(paths), List.copyOf(tree.keySet()));
  }

  private static String content(String text) {
    return " " + Images.content(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + " ";
  }

  private void assertRejected(String path, String rule, EntryList... layers) {
    MalformedImageException e = assertThrows(MalformedImageException.class, () -> merge(layers));
    assertTrue(e.getMessage().contains(rule), e.getMessage());
    String layer = "layer tag-of-layer" + (merges - 1) + "-" + (layers.length - 1) + ".erofs";
    assertTrue(e.getMessage().startsWith(layer + " '" + path + "': "), e.getMessage());
  }

  @Test
  void noLayersAreAnEmptyRoot() throws IOException {
    SortedMap<String, String> tree = merge();
    assertPaths(tree, "/");
    assertHas(tree, "/", "DIRECTORY 0755 0:0 links=2 mtime=0.000000000");
  }

  @Test
  void upperEntriesReplaceLowerOnes() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("same", "lower").file("lower", "l").directory("was-dir/sub", 0700),
        new EntryList().file("same", "upper").file("upper", "u").file("was-dir", "now file"),
        new EntryList().symlink("lower", "same"));
    assertPaths(tree, "/", "/lower", "/same", "/upper", "/was-dir");
    assertHas(tree, "/same", content("upper"));
    assertHas(tree, "/lower", "SYMLINK");
    assertHas(tree, "/was-dir", content("now file"));
  }

  @Test
  void listedDirectoriesReplaceAttributesAndKeepChildren() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList()
            .owner(1, 2)
            .xattr("user.lower", "l")
            .directory("d", 0700)
            .directory("", 0711)
            .file("d/lower", "l"),
        new EntryList()
            .owner(3, 4)
            .mtime(5, 6)
            .xattr("user.upper", "u")
            .directory("d", 0750)
            .file("d/upper", "u"));
    assertPaths(tree, "/", "/d", "/d/lower", "/d/upper");
    assertHas(tree, "/", "DIRECTORY 0711 1:2 links=3");
    assertHas(tree, "/d", "DIRECTORY 0750 3:4 links=2 mtime=5.000000006 user.upper=75 =");
  }

  @Test
  void implicitDirectoriesKeepLowerAttributes() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().owner(1, 2).directory("d", 0700), new EntryList().file("d/sub/f", "x"));
    assertHas(tree, "/d", "DIRECTORY 0700 1:2");
    assertHas(tree, "/d/sub", "DIRECTORY 0755 0:0");
  }

  @Test
  void whiteoutsRemoveLowerObjectsOnly() throws IOException {
    EntryList lower =
        new EntryList().file("f", "x").file("d/deep/f", "x").file("d/kept", "x").file("e/f", "x");
    SortedMap<String, String> tree = merge(
        lower,
        new EntryList()
            .whiteout("f")
            .whiteout("d/deep")
            .whiteout("e")
            .file("e/new", "x")
            .whiteout("absent")
            .whiteout("no/such/parent"));
    assertPaths(tree, "/", "/d", "/d/kept", "/e", "/e/new", "/no", "/no/such");
  }

  @Test
  void aWhiteoutOfADirectoryTakesItsAttributesAlongAMarkerDoesNot() throws IOException {
    EntryList lower = new EntryList().owner(1, 2).directory("w", 0700).directory("o", 0700);
    lower.file("w/old", "x").file("o/old", "x");
    SortedMap<String, String> tree = merge(
        lower, new EntryList().whiteout("w").file("w/new", "x").opaque("o").file("o/new", "x"));
    assertPaths(tree, "/", "/o", "/o/new", "/w", "/w/new");
    assertHas(tree, "/w", "DIRECTORY 0755 0:0");
    assertHas(tree, "/o", "DIRECTORY 0700 1:2");
  }

  @Test
  void anOpaqueRootHidesAllBeneath() throws IOException {
    SortedMap<String, String> tree =
        merge(new EntryList().file("a/b", "x"), new EntryList().file("c", "x").opaque(""));
    assertPaths(tree, "/", "/c");
  }

  @Test
  void aNewObjectComesBackAfterAWhiteout() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("d/one", "1"),
        new EntryList().whiteout("d"),
        new EntryList().file("d/two", "2"));
    assertPaths(tree, "/", "/d", "/d/two");
  }

  @Test
  void row17EntriesLandBehindLowerLinks() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().owner(1, 1).directory("run", 0700).symlink("var/run", "/run"),
        new EntryList().file("var/run/pid", "1").file("run/other", "2"),
        new EntryList().whiteout("var/run/pid").file("var/run/sub/deep", "3"));
    assertPaths(tree, "/", "/run", "/run/other", "/run/sub", "/run/sub/deep", "/var", "/var/run");
    assertHas(tree, "/run", "DIRECTORY 0700 1:1 links=3");
    assertHas(tree, "/var/run", "SYMLINK");
  }

  @Test
  void row4LinksLeadOutOfNowhereButTheRoot() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().symlink("up", "../../../..").symlink("new", "made/by/../link"),
        new EntryList().file("up/up/at-root", "1").file("new/file", "2"));
    assertPaths(
        tree, "/", "/at-root", "/made", "/made/by", "/made/link", "/made/link/file", "/new", "/up");
  }

  @Test
  void opaqueBehindALinkHidesWhatTheLinkLeadsTo() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("run/old", "1").symlink("var/run", "../run"),
        new EntryList().opaque("var/run").file("var/run/new", "2").file("run/also", "3"));
    assertPaths(tree, "/", "/run", "/run/also", "/run/new", "/var", "/var/run");
  }

  @Test
  void row9ListedDirectoriesReplaceLowerLinksAndFiles() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("run/x", "1").symlink("link", "/run").file("file", "1"),
        new EntryList().directory("link", 0711).directory("file", 0711).file("link/y", "2"));
    assertPaths(tree, "/", "/file", "/link", "/link/y", "/run", "/run/x");
    assertHas(tree, "/link", "DIRECTORY 0711");
    assertHas(tree, "/file", "DIRECTORY 0711");
  }

  @Test
  void row20RejectsEntriesBelowLowerFilesAndDeadLinks() {
    assertRejected(
        "d/f",
        "not a directory in a lower layer",
        new EntryList().file("d/f", "x"),
        new EntryList().file("d/f/below", "x"));
    assertRejected(
        "l",
        "leads to no directory",
        new EntryList().file("f", "x").symlink("l", "f"),
        new EntryList().file("l/below", "x"));
    assertRejected(
        "l",
        "leads to no directory",
        new EntryList().symlink("l", "m").symlink("m", "l"),
        new EntryList().file("l/below", "x"));
  }

  @Test
  void hardLinksToLowerFilesShareTheirInode() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("usr/lib/f", "shared").symlink("lib", "usr/lib").symlink("s", "x"),
        new EntryList()
            .hardLink("a", "usr/lib/f")
            .hardLink("b", "a")
            .hardLink("c", "lib/f")
            .hardLink("t", "s"),
        new EntryList().hardLink("d", "b").whiteout("a"));
    for (String path : List.of("/b", "/c", "/d", "/usr/lib/f")) {
      assertHas(tree, path, "links=4");
      assertHas(tree, path, content("shared"));
      assertHas(tree, path, "=2f62"); // "/b" is the first name
    }
    assertHas(tree, "/t", "SYMLINK 0777 0:0 links=2");
  }

  @Test
  void aReplacedNameNoLongerCounts() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().file("a", "x").hardLink("b", "a").hardLink("c", "a"),
        new EntryList().file("b", "new").whiteout("c"));
    assertHas(tree, "/a", "links=1");
    assertHas(tree, "/b", "links=1");
  }

  @Test
  void hardLinksSeeTheirOwnLayer() throws IOException {
    SortedMap<String, String> tree = merge(
        new EntryList().directory("real", 0755).symlink("link", "real").file("old", "lower"),
        // Both targets are only in this layer once it is merged: behind a lower link.
        new EntryList().hardLink("a", "real/new").file("link/new", "x").hardLink("b", "a"));
    assertHas(tree, "/a", content("x"));
    assertHas(tree, "/a", "links=3");
    assertHas(tree, "/b", "=2f61");
  }

  @Test
  void hardLinksOfHardLinksBehindLinksResolveInAnyOrder() throws IOException {
    EntryList links = new EntryList();
    for (int i = 0; i < 50; i++) { // each target is the name before it, under another path
      links.hardLink("d/" + (99 - i), i == 0 ? "f" : "s/" + (100 - i));
    }
    SortedMap<String, String> tree =
        merge(new EntryList().file("f", "x").symlink("s", "d").directory("d", 0755), links);
    assertHas(tree, "/d/50", "links=51");
    assertHas(tree, "/d/99", "=2f642f3530");
  }

  @Test
  void rejectsHardLinksToNothing() {
    EntryList lower = new EntryList().file("f", "x").directory("d", 0755).symlink("s", ".");
    assertRejected("a", "neither this layer", lower, new EntryList().hardLink("a", "gone"));
    assertRejected(
        "x/a", "neither this layer", lower.rewind(), new EntryList().hardLink("x/a", "no/way"));
    assertRejected(
        "a",
        "neither this layer",
        lower.rewind(),
        new EntryList().hardLink("a", "f").whiteout("f"));
    assertRejected("a", "to a directory", lower.rewind(), new EntryList().hardLink("a", "d"));
    assertRejected("a", "through something", lower.rewind(), new EntryList().hardLink("a", "f/x"));
    assertRejected("a", "to itself", lower.rewind(), new EntryList().hardLink("a", "s/a"));
  }

  @Test
  void isAFunctionOfTheLayers() throws IOException {
    List<Path> layers = new ArrayList<>();
    for (var sample : Samples.layers().entrySet()) {
      layers.add(images.layer(sample.getKey(), sample.getValue()));
    }
    assertArrayEquals(
        Images.bytes(images.tree("one", layers)), Images.bytes(images.tree("two", layers)));
  }

  @Test
  void isReadFromItsDevices() throws IOException {
    byte[] large = Samples.content(100_000);
    Path one = images.layer("one", new EntryList().file("pad", "x").file("large", 0600, large));
    Path two = images.layer("two", new EntryList().file("small", "small"));
    Path tree = images.tree("tree", List.of(one, two));
    try (ErofsImage image = ErofsImage.open(tree, List.of(one, two))) {
      assertEquals(List.of("tag-of-one.erofs", "tag-of-two.erofs"), image.deviceTags());
      assertEquals(
          new ErofsImage.Extent(0, 8192, 100_000), image.extent(Images.find(image, "large")));
      assertEquals(new ErofsImage.Extent(1, 4096, 5), image.extent(Images.find(image, "small")));
      long sum = Files.size(tree) + Files.size(one) + Files.size(two);
      assertEquals(sum, image.totalBytes());
      assertEquals(4, image.inodes());
      assertEquals(Images.content(large), Images.content(image, Images.find(image, "large")));
    }
  }

  @Test
  void takesNoMoreThanTheDevicesThatAnImageCanHave() throws IOException {
    Path file = images.layer("one", new EntryList());
    try (ErofsImage layer = ErofsImage.open(file, List.of());
        var out = Images.create(memory.getPath("tree"))) {
      List<ErofsImage> layers = Collections.nCopies(65_536, layer);
      List<String> tags = Collections.nCopies(65_536, "tag");
      assertThrows(
          UnsupportedImageException.class,
          () -> ImageTree.write(layers, tags, Images.uuid(1), out));
      ImageTree.write(layers.subList(1, 65_536), tags.subList(1, 65_536), Images.uuid(1), out);
    }
    List<Path> devices = Collections.nCopies(65_535, file);
    try (ErofsImage image = ErofsImage.open(memory.getPath("tree"), devices)) {
      assertEquals(65_535, image.deviceTags().size());
    }
  }
}
