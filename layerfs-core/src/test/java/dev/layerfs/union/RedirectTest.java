package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of an image that were renamed, on a host whose marks are in the trusted namespace. */
final class RedirectTest {
  private static final TestHost HOST = TestHost.JIMFS_UNIX;
  private static final Name REDIRECT = Name.of("trusted.overlay.redirect");

  private Path directory;
  private Path container;
  private TestImage image;

  @BeforeEach
  void create() throws IOException {
    directory = HOST.directory();
    image = TestImage.of(directory, SampleImage.tar());
    container = directory.resolve("container");
    HOST.create(container, image.tree());
  }

  @AfterEach
  void delete() throws IOException {
    image.close();
    TestHost.delete(directory);
  }

  /** Leaves what a kernel leaves in the work directory of an upper that it has mounted, so that it may have renamed. */
  private void seemMounted() throws IOException {
    Path kernels = container.resolve("work").resolve("work");
    if (Files.notExists(kernels)) {
      Files.createDirectory(
          kernels,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
    }
  }

  private UnionView open() throws IOException {
    return UnionView.open(image.tree(), TrustedFiles.open(HOST, container));
  }

  private HostFiles host() throws IOException {
    return TrustedFiles.seeming(HOST, container);
  }

  private Path place(String path) throws IOException {
    Path place = container.resolve("upper");
    for (String name : path.split("/")) {
      place = host().resolve(place, Name.of(name));
    }
    return place;
  }

  private void plant(String path, FileType type) throws IOException {
    host().create(place(path), type, type == FileType.DIRECTORY ? 0755 : 0, 0, 0);
  }

  private void plantRedirect(String path, String target) throws IOException {
    seemMounted();
    plant(path, FileType.DIRECTORY);
    host().setXattr(place(path), REDIRECT, Name.encode(target));
  }

  private void plantWhiteout(String path) throws IOException {
    plant(path, FileType.CHARACTER_DEVICE);
  }

  private String mark(String path) throws IOException {
    byte[] value = host().xattr(place(path), REDIRECT);
    return value == null ? "" : Name.decode(value);
  }

  private static String text(UnionView view, String path) throws PosixException {
    return new String(ViewTree.content(view, Paths.node(view, path)), StandardCharsets.UTF_8);
  }

  private void assertRefused(String... named) {
    PosixException refusal = assertThrows(PosixException.class, () -> open().close());
    assertEquals(Errno.EIO, refusal.errno());
    for (String name : named) {
      assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
    }
  }

  @Test
  void nothingInADirectoryIsCopiedWhenItIsRenamed() throws IOException {
    try (UnionView view = open()) {
      Node moved = Paths.node(view, "a");
      Node file = Paths.node(view, "a/c/a");
      long number = view.stat(moved).inode();
      Paths.rename(view, "a", "renamed");
      assertFalse(view.isInUpper(file));
      assertFalse(view.isInUpper(Paths.node(view, "renamed/c")));
      assertEquals(moved, Paths.node(view, "renamed"));
      assertEquals(number, view.stat(moved).inode());
      assertEquals("deep", text(view, "renamed/c/d/a"));
      assertNull(ViewTree.find(view, "a"));
      view.chmod(file, 0600); // by a node that was found at the old place
      assertEquals(0600, view.stat(Paths.node(view, "renamed/c/a")).mode());
      Paths.rename(view, "renamed/c", "b/c2");
      Paths.rename(view, "b/c2", "b/c3");
    }
    assertEquals("a", mark("renamed"));
    assertEquals("/a/c", mark("b/c3"));
    assertEquals(FileType.CHARACTER_DEVICE, host().stat(place("a")).type());
    try (UnionView view = open()) {
      assertEquals(List.of("a", "b"), ViewTree.names(view, "renamed"));
      assertEquals(List.of("a", "b", "c", "d"), ViewTree.names(view, "b/c3"));
      assertEquals(0600, view.stat(Paths.node(view, "b/c3/a")).mode());
    }
  }

  @Test
  void exchangedDirectoriesShowEachOther() throws IOException {
    try (UnionView view = open()) {
      Paths.rename(view, "a/c", "b", RenameFlag.EXCHANGE);
      assertEquals("capable", text(view, "a/c/a"));
      assertEquals("deep", text(view, "b/d/a"));
    }
    assertEquals("/b", mark("a/c"));
    assertEquals("/a/c", mark("b"));
    try (UnionView view = open()) {
      assertEquals("capable", text(view, "a/c/a"));
      assertEquals("deep", text(view, "b/d/a"));
      assertFalse(view.isInUpper(Paths.node(view, "b/d")));
    }
  }

  @Test
  void aNewDirectoryAtTheOldNameIsEmpty() throws IOException {
    try (UnionView view = open()) {
      Paths.rename(view, "a", "b/a2");
      Paths.create(view, "a", FileType.DIRECTORY);
      Paths.rename(view, "b/a2", "a/back");
    }
    try (UnionView view = open()) {
      assertEquals(List.of("back"), ViewTree.names(view, "a"));
      assertEquals("first", text(view, "a/back/a"));
    }
  }

  @Test
  void allNamesOfALinkAreFoundInRenamedDirectories() throws IOException {
    try (UnionView view = open()) { // a/a, a/c/b and b/d are one file, a/c/a and a/c/d/b another
      Paths.rename(view, "a", "renamed");
      Paths.rename(view, "b", "renamed/b2");
    }
    try (UnionView view = open()) {
      Paths.rename(view, "renamed/c/d", "d2");
      Node file = Paths.node(view, "renamed/a");
      assertFalse(view.isInUpper(file));
      try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
        handle.write(ByteBuffer.wrap(new byte[] {'F'}), 0);
      }
      for (String path : List.of("renamed/a", "renamed/c/b", "renamed/b2/d")) {
        assertEquals("First", text(view, path), path);
        assertEquals(file, Paths.node(view, path), path);
      }
      view.chmod(Paths.node(view, "d2/b"), 0604);
      assertEquals(0604, view.stat(Paths.node(view, "renamed/c/a")).mode());
    }
    try (UnionView view = open()) {
      assertEquals("First", text(view, "renamed/b2/d"));
      assertEquals(3, view.stat(Paths.node(view, "renamed/c/b")).links());
      assertEquals(2, view.stat(Paths.node(view, "d2/b")).links());
    }
  }

  @Test
  void whatIsTooLongForAKernelIsCopied() throws IOException {
    String deep = "a/c/d/" + "x".repeat(150);
    try (UnionView view = open()) {
      Paths.rename(view, "b", "y".repeat(200));
    }
    // one image only: a long path beneath comes from a directory that an upper beneath has renamed
    TestStack stack = new TestStack(
        HOST,
        at -> TrustedFiles.seeming(HOST, at),
        Files.createDirectory(directory.resolve("stack")),
        image.tree());
    try (UnionView view = stack.open()) {
      Paths.create(view, deep, FileType.DIRECTORY);
      Paths.create(view, deep + "/" + "y".repeat(150), FileType.DIRECTORY);
      Paths.create(view, deep + "/" + "y".repeat(150) + "/file", FileType.REGULAR);
      stack.cover(view);
      Paths.rename(view, deep + "/" + "y".repeat(150), "e2");
      assertTrue(view.isInUpper(Paths.node(view, "e2/file")));
      UpperDirectory moved =
          (UpperDirectory) view.inodes().top().find(((UnionNode) Paths.node(view, "e2")).nid);
      assertNotNull(moved);
      assertEquals(Lower.NONE, moved.lower);
    }
    try (UnionView view = stack.open()) {
      assertEquals(List.of("file"), ViewTree.names(view, "e2"));
    }
  }

  @Test
  void whatAUserOwnsIsCopiedAsBefore() throws IOException {
    try (UnionView view = UnionView.open(image.tree(), Upper.open(container, HOST.format()))) {
      Paths.rename(view, "a", "renamed");
      assertTrue(view.isInUpper(Paths.node(view, "renamed/c/d/a")));
    }
    HostFiles user = HOST.files(container);
    Path place = user.resolve(container.resolve("upper"), Name.of("renamed"));
    assertNull(user.xattr(place, Name.of("user.overlay.redirect")));
    user.setXattr(place, Name.of("user.overlay.redirect"), new byte[] {'a'});
    try (UnionView view = UnionView.open(image.tree(), Upper.open(container, HOST.format()))) {
      PosixException refusal =
          assertThrows(PosixException.class, () -> Paths.node(view, "renamed"));
      assertTrue(refusal.getMessage().contains("redirect"), refusal.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "/nothing", "d", "/e", "/a/a", "/e/x", "/a/nothing/c"})
  void aRedirectToNoDirectoryShowsNothingBeneath(String target) throws IOException {
    plantRedirect("own", target);
    plant("own/file", FileType.REGULAR);
    try (UnionView view = open()) {
      assertEquals(List.of("file"), ViewTree.names(view, "own"));
      Paths.create(view, "b/new", FileType.DIRECTORY);
      Paths.rename(view, "own", "a/own");
    }
    try (UnionView view = open()) {
      assertEquals(List.of("file"), ViewTree.names(view, "a/own"));
    }
  }

  @Test
  void aRedirectThatLeadNowhereLeadsNowhereFromAnotherPlace() throws IOException {
    plantRedirect("own", "c"); // not in the root's, but a/c is
    seemMounted();
    host().setXattr(place("own"), REDIRECT, Name.encode("nowhere"));
    try (UnionView view = open()) {
      Paths.create(view, "own/file", FileType.REGULAR);
    }
    host()
        .setXattr(
            place("own"), REDIRECT, Name.encode("d")); // a file in the root, a directory in a/c
    try (UnionView view = open()) {
      Paths.rename(view, "own", "a/c/own");
    }
    try (UnionView view = open()) {
      assertEquals(List.of("file"), ViewTree.names(view, "a/c/own"));
      assertEquals(List.of("a", "b"), ViewTree.names(view, "a/c/d"));
    }
  }

  @Test
  void anOpaqueDirectoryIsNotRedirected() throws IOException {
    plantRedirect("own", "a");
    host().setXattr(place("own"), Name.of("trusted.overlay.opaque"), new byte[] {'y'});
    try (UnionView view = open()) {
      assertEquals(List.of(), ViewTree.names(view, "own"));
      assertEquals("first", text(view, "a/a"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", ".", "..", "a/c", "/a/", "//a", "/a//c", "/a/../b", "/./a", "a\0"})
  void whatIsNoPathIsRefused(String target) throws IOException {
    plantRedirect("own", target);
    assertRefused("own", "redirect");
  }

  @Test
  void aRedirectOfAFileIsRefused() throws IOException {
    plant("own", FileType.REGULAR);
    seemMounted();
    host().setXattr(place("own"), REDIRECT, new byte[] {'a'});
    assertRefused("own", "redirect");
  }

  @Test
  void aMissingWhiteoutIsRefused() throws IOException {
    plantRedirect("own", "a");
    assertRefused("/own", "/a");
  }

  @Test
  void aMissingWhiteoutInADirectoryThatIsUntouchedIsRefused() throws IOException {
    plantRedirect("own", "/a/c/d");
    assertRefused("/own", "/a/c/d");
  }

  @Test
  void aWhiteoutAboveTheOldNameHidesIt() throws IOException {
    plantRedirect("own", "/a/c/d");
    plantWhiteout("a");
    try (UnionView view = open()) {
      assertEquals("deep", text(view, "own/a"));
    }
  }

  @Test
  void aDirectoryCopiedWithItsMarksIsRefused() throws IOException {
    plantWhiteout("a");
    plantRedirect("one", "a");
    plantRedirect("two", "/a");
    assertRefused("/one", "/two");
  }

  @Test
  void aDirectoryThatIsStillAtItsNameIsRefused() throws IOException {
    plantRedirect("own", "a");
    plant("a", FileType.DIRECTORY);
    assertRefused("/own", "/a");
  }

  /** What a kernel leaves of {@code mv a/c x; rm -r a; mv x a}: no circle, for it is looked up beneath. */
  @Test
  void aRedirectBeneathItsOwnNameEnds() throws IOException {
    plantRedirect("a", "/a/c");
    try (UnionView view = open()) {
      assertEquals(List.of("a", "b", "c", "d"), ViewTree.names(view, "a"));
      assertEquals("deep", text(view, "a/d/a"));
    }
    plantRedirect("a/d", "/a/c");
    assertRefused("/a", "/a/d");
  }

  @Test
  void aRedirectToTheDirectoryAboveIsRefused() throws IOException {
    plant("a", FileType.DIRECTORY);
    plantRedirect("a/own", "/a");
    assertRefused("/a/own", "/a");
  }

  @Test
  void aRedirectToItsOwnNameChangesNothing() throws IOException {
    plantRedirect("a", "a");
    plant("b", FileType.DIRECTORY);
    plant("a/c", FileType.DIRECTORY);
    seemMounted();
    host().setXattr(place("a/c"), REDIRECT, Name.encode("/a/c"));
    try (UnionView view = open()) {
      assertEquals("deep", text(view, "a/c/d/a"));
      assertArrayEquals(Name.encode("/a/c"), host().xattr(place("a/c"), REDIRECT));
    }
  }
}
