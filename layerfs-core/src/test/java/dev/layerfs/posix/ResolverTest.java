package dev.layerfs.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.testing.ModelView;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Path resolution on {@code /a/b/f}, {@code /g} and the links that each test makes. */
final class ResolverTest {
  private final ModelView view = new ModelView();
  private final Resolver resolver = new Resolver(view);
  private Node a;
  private Node b;
  private Node f;
  private Node g;

  @BeforeEach
  void fill() throws PosixException {
    a = create(view.root(), "a", FileType.DIRECTORY);
    b = create(a, "b", FileType.DIRECTORY);
    f = create(b, "f", FileType.REGULAR);
    g = create(view.root(), "g", FileType.REGULAR);
  }

  @Test
  void plainPaths() throws PosixException {
    assertEquals(view.root(), follow("/"));
    assertEquals(f, follow("/a/b/f"));
    assertEquals(f, follow("a//b/f"));
    assertNull(follow("a/b/none"));
    assertErrno(Errno.ENOENT, "a/none/f");
    assertErrno(Errno.ENOTDIR, "g/x");
    assertErrno(Errno.ENOENT, "");
    assertErrno(Errno.EINVAL, "a/\0");
  }

  @Test
  void dotsArePhysical() throws PosixException {
    link(a, "up", "b/../..");
    assertEquals(g, follow("a/up/g"));
    assertEquals(g, follow("/../../a/../g"));
    assertEquals(b, follow("a/./b/."));
    assertEquals(a, follow("a/b/.."));
    link(view.root(), "l", "a/b");
    assertEquals(a, follow("l/.."));
    assertErrno(Errno.ENOTDIR, "g/..");
    assertErrno(Errno.ENOTDIR, "g/.");
    assertErrno(Errno.ENOENT, "none/..");
  }

  @Test
  void linksStayInside() throws PosixException {
    link(b, "abs", "/g");
    link(b, "escape", "../../../../g");
    link(b, "rootlink", "/");
    assertEquals(g, follow("a/b/abs"));
    assertEquals(g, follow("a/b/escape"));
    assertEquals(g, follow("a/b/rootlink/../g"));
    assertEquals(FileType.SYMLINK, noFollow("a/b/abs").existing().type());
  }

  @Test
  void attributesAreThoseOfWhatIsFound() throws PosixException {
    link(view.root(), "file", "a/b/f");
    link(view.root(), "directory", "a/b");
    link(view.root(), "nowhere", "a/none");
    link(b, "away", "/directory/../../file");
    for (String path : List.of(
        "/",
        ".",
        "..",
        "a",
        "a/.",
        "a/..",
        "a/b/f",
        "a/b/f/x",
        "a/none",
        "none/x",
        "g/.",
        "file",
        "file/x",
        "directory",
        "directory/f",
        "directory/../b",
        "directory/none",
        "nowhere",
        "nowhere/x",
        "a/b/away",
        "directory/away",
        "directory/away/x")) {
      Name[] names = Resolver.split(path.getBytes(UTF_8)).toArray(new Name[0]);
      for (LastLink last : LastLink.values()) {
        Node found = resolver.find(names, last);
        Stat expected = found == null ? null : view.stat(found);
        assertEquals(expected, resolver.stat(names, last), path + " " + last);
      }
    }
    link(view.root(), "loop", "loop");
    Name[] loop = {Name.of("loop")};
    assertEquals(FileType.SYMLINK, resolver.stat(loop, LastLink.NOFOLLOW).type());
    PosixException e =
        assertThrows(PosixException.class, () -> resolver.stat(loop, LastLink.FOLLOW));
    assertEquals(Errno.ELOOP, e.errno());
  }

  @Test
  void fortyLinksAreFollowedAndNoMore() throws PosixException {
    link(view.root(), "l0", "g");
    for (int i = 1; i <= Resolver.MAX_LINKS; i++) {
      link(view.root(), "l" + i, "l" + (i - 1));
    }
    assertEquals(g, follow("l39"));
    assertErrno(Errno.ELOOP, "l40");
    link(view.root(), "loop", "a/../loop");
    assertErrno(Errno.ELOOP, "loop");
    assertErrno(Errno.ELOOP, "loop/x");
  }

  @Test
  void aDanglingLinkResolvesToWhatIsMissing() throws PosixException {
    link(view.root(), "l", "a/new");
    Resolved resolved = resolver.resolve("l".getBytes(UTF_8), LastLink.FOLLOW);
    assertEquals(a, resolved.parent());
    assertEquals("new", resolved.name().toString());
    assertNull(resolved.node());
    PosixException e = assertThrows(PosixException.class, resolved::existing);
    assertEquals(Errno.ENOENT, e.errno());
  }

  @Test
  void trailingSlashes() throws PosixException {
    link(view.root(), "l", "a");
    link(view.root(), "lg", "g");
    link(view.root(), "slash", "g/");
    assertEquals(a, follow("a/"));
    assertEquals(a, follow("l//"));
    assertErrno(Errno.ENOTDIR, "g/");
    assertErrno(Errno.ENOTDIR, "lg/");
    assertErrno(Errno.ENOTDIR, "slash");
    Resolved link = noFollow("l/");
    assertTrue(link.trailingSlash());
    assertEquals(FileType.SYMLINK, link.existing().type());
    Resolved missing = noFollow("none/");
    assertTrue(missing.trailingSlash());
    assertNull(missing.node());
  }

  /** As Linux has it with {@code O_CREAT}: the slash is found before what is there. */
  @Test
  void nothingIsCreatedBehindASlash() throws PosixException {
    link(view.root(), "file", "g/");
    link(view.root(), "missing", "a/new/");
    link(view.root(), "chain", "loop/");
    link(view.root(), "loop", "loop");
    link(view.root(), "through", "missing");
    link(view.root(), "dots", "a/./");
    for (String path : List.of("g/", "a/", "none/", "file", "missing", "chain", "through")) {
      PosixException e = assertThrows(
          PosixException.class,
          () -> resolver.resolveToCreate(path.getBytes(UTF_8), LastLink.FOLLOW),
          path);
      assertEquals(Errno.EISDIR, e.errno(), path);
    }
    assertEquals(a, toCreate("dots").node());
    assertNull(toCreate("a/new").node());
    assertEquals(FileType.SYMLINK, noFollow("missing").existing().type());
  }

  private Resolved toCreate(String path) throws PosixException {
    return resolver.resolveToCreate(names(path), LastLink.FOLLOW);
  }

  @Test
  void lengthsHaveLimits() throws PosixException {
    assertEquals(view.root(), follow("/".repeat(Resolver.MAX_PATH)));
    assertErrno(Errno.ENAMETOOLONG, "/".repeat(Resolver.MAX_PATH + 1));
    assertErrno(Errno.ENAMETOOLONG, "x".repeat(256));
    Name[] names = new Name[Resolver.MAX_PATH / 2 + 1];
    Arrays.fill(names, Name.of("."));
    PosixException e =
        assertThrows(PosixException.class, () -> resolver.find(names, LastLink.FOLLOW));
    assertEquals(Errno.ENAMETOOLONG, e.errno());
  }

  @Test
  void findAnswersNullForAllThatIsNotThere() throws PosixException {
    link(view.root(), "l", "g/x");
    for (String path : List.of("none", "none/x", "g/x", "l", "l/x", "g/..", "a/b/f/./x")) {
      assertNull(resolver.find(names(path), LastLink.FOLLOW), path);
    }
    assertEquals(f, resolver.find(names("a/b/f"), LastLink.FOLLOW));
    assertNotNull(resolver.find(names("l"), LastLink.NOFOLLOW));
  }

  @Test
  void realPathsHoldNoLinks() throws PosixException {
    link(view.root(), "l", "/a/b/../b");
    assertEquals("[a, b, f]", resolver.realPath(names("l/./f")).toString());
    assertEquals("[a]", resolver.realPath(names("l/..")).toString());
    assertEquals("[]", resolver.realPath(names("a/..")).toString());
    PosixException e = assertThrows(PosixException.class, () -> resolver.realPath(names("a/none")));
    assertEquals(Errno.ENOENT, e.errno());
  }

  @Test
  void aResolverMayBeginElsewhere() throws PosixException {
    link(b, "abs", "/g");
    Resolver inner = resolver.at(names("a/b"), LastLink.FOLLOW);
    assertEquals(b, inner.start());
    assertEquals(f, inner.find(names("f"), LastLink.FOLLOW));
    assertEquals(g, inner.find(names("abs"), LastLink.FOLLOW));
    assertEquals(g, inner.find(names("../../g"), LastLink.FOLLOW));
    assertEquals("[a, b, f]", inner.realPath(names("f")).toString());
    PosixException e =
        assertThrows(PosixException.class, () -> resolver.at(names("g"), LastLink.FOLLOW));
    assertEquals(Errno.ENOTDIR, e.errno());
  }

  @Test
  void linksMayBeginWithWhatTheyLeadTo() throws PosixException {
    view.symlink(view.root(), Name.of("dots"), "....".getBytes(UTF_8));
    create(view.root(), "....", FileType.REGULAR);
    assertEquals(FileType.REGULAR, follow("dots").type());
  }

  private Node create(Node parent, String name, FileType type) throws PosixException {
    return view.create(parent, Name.of(name), type, 0755, 0, 0);
  }

  private void link(Node parent, String name, String target) throws PosixException {
    view.symlink(parent, Name.of(name), target.getBytes(UTF_8));
  }

  private @Nullable Node follow(String path) throws PosixException {
    return resolver.resolve(path.getBytes(UTF_8), LastLink.FOLLOW).node();
  }

  private Resolved noFollow(String path) throws PosixException {
    return resolver.resolve(path.getBytes(UTF_8), LastLink.NOFOLLOW);
  }

  private void assertErrno(Errno errno, String path) {
    PosixException e = assertThrows(PosixException.class, () -> follow(path), path);
    assertEquals(errno, e.errno(), path);
  }

  private static Name[] names(String path) {
    return Resolver.split(path.getBytes(UTF_8)).toArray(new Name[0]);
  }
}
