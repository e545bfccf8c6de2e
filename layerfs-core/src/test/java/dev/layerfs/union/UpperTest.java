package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;

/** What an upper can hold: names, depth, the marks of others. */
final class UpperTest {
  private static final int DEPTH = 1000;

  private interface Body {
    void run(Path container, TestImage image) throws IOException;
  }

  private static void with(TestHost host, Body body) throws IOException {
    Path directory = host.directory();
    TarBuilder tar = new TarBuilder().directory("./").directory("a/").file("a/b", "text");
    try (TestImage image = TestImage.of(directory, tar)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      body.run(container, image);
    } finally {
      TestHost.delete(directory);
    }
  }

  private static UnionView open(TestHost host, Path container, TestImage image) throws IOException {
    return UnionView.open(image.tree(), Upper.open(container, host.format()));
  }

  private static PosixException fails(Errno errno, Executable operation) {
    PosixException e = assertThrows(PosixException.class, operation);
    assertEquals(errno, e.errno());
    return e;
  }

  @ParameterizedTest
  @OnHosts
  void marksThatWouldHaveToBeFollowedAreRefused(TestHost host) throws IOException {
    for (String mark : List.of("redirect", "metacopy", "protattr", "verity", "layerfs.new")) {
      with(host, (container, image) -> {
        Upper upper = Upper.open(container, host.format());
        Path place = upper.host().resolve(upper.root(), Name.of("moved"));
        upper.host().create(place, FileType.DIRECTORY, 0755, 0, 0);
        String name = upper.host().markPrefix() + mark;
        upper.host().setXattr(place, Name.of(name), new byte[] {'/', 'a'});
        try (UnionView view = UnionView.open(image.tree(), upper)) {
          PosixException e = fails(Errno.EIO, () -> view.list(view.root()));
          assertTrue(e.getMessage().contains(name), e.getMessage());
          fails(Errno.EIO, () -> view.lookup(view.root(), Name.of("moved")));
        }
      });
    }
  }

  /** What a kernel writes for itself, and what programs in the container have given such a name. */
  @ParameterizedTest
  @OnHosts
  void marksThatMeanNothingAreRead(TestHost host) throws IOException {
    List<String> harmless =
        List.of("impure", "origin", "nlink", "uuid", "upper", "overlay.redirect");
    with(host, (container, image) -> {
      Upper upper = Upper.open(container, host.format());
      Path place = upper.host().resolve(upper.root(), Name.of("a"));
      upper.host().create(place, FileType.DIRECTORY, 0755, 0, 0);
      for (String mark : harmless) {
        upper.host().setXattr(place, Name.of(upper.host().markPrefix() + mark), new byte[] {'y'});
      }
      for (String other : List.of("user.fuseoverlayfs.opaque", "user.fuseoverlayfs.origin")) {
        upper.host().setXattr(place, Name.of(other), new byte[] {'y'});
      }
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        assertEquals(List.of("b"), ViewTree.names(view, "a"), "it is merged");
        assertEquals(
            Set.of(
                "user.fuseoverlayfs.opaque",
                "user.fuseoverlayfs.origin",
                upper.host().markPrefix() + "redirect"),
            view.xattrs(Paths.node(view, "a")).stream()
                .map(Name::toString)
                .collect(Collectors.toSet()));
      }
    });
  }

  /** A kernel's work/work has no permissions at all. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "OVERLAYFS_OVERRIDE", "JIMFS_UNIX"})
  void whatOthersLeaveInTheWorkDirectoryIsRefused(TestHost host) throws IOException {
    Map<String, String> leftovers = Map.of(
        "work", "work/work", "work/incompat/volatile", "work/incompat", "index/00fb", "an index");
    for (String left : leftovers.keySet()) {
      with(host, (container, image) -> {
        Path directory = container.resolve("work").resolve(left);
        Files.createDirectories(directory);
        PosixException e = fails(Errno.EIO, () -> Upper.open(container, host.format()));
        assertTrue(e.getMessage().contains(leftovers.get(left)), e.getMessage());
        if (left.equals("work")) {
          Files.setPosixFilePermissions(directory, Set.of());
          Upper.open(container, host.format());
        }
      });
    }
  }

  @ParameterizedTest
  @OnHosts
  void theLongestNamesAreKept(TestHost host) throws IOException {
    with(host, (container, image) -> {
      List<Name> longest = List.of(Name.of("n".repeat(255)), Name.of("\u00e4".repeat(127) + "N"));
      try (UnionView view = open(host, container, image)) {
        for (Name name : longest) {
          assertEquals(Name.MAX_LENGTH, name.length());
          Node made = view.create(view.root(), name, FileType.DIRECTORY, 0700, 0, 0);
          view.create(made, name, FileType.REGULAR, 0600, 0, 0);
          view.rename(made, name, view.root(), Name.of("short"), Set.of());
          view.rename(view.root(), Name.of("short"), made, name, Set.of());
        }
      }
      try (UnionView view = open(host, container, image)) {
        for (Name name : longest) {
          Node found = found(view, name);
          assertEquals(name, view.list(found).get(0).name());
          view.unlink(found, name);
          view.rmdir(view.root(), name);
        }
      }
      try (UnionView view = open(host, container, image)) {
        assertEquals(List.of("a"), ViewTree.names(view, "/"));
      }
    });
  }

  private static Node found(UnionView view, Name name) throws PosixException {
    Node found = view.lookup(view.root(), name);
    if (found == null) {
      throw new AssertionError(name + ": missing");
    }
    return found;
  }

  @ParameterizedTest
  @OnHosts
  void longerNamesAreRefused(TestHost host) throws IOException {
    with(host, (container, image) -> {
      Name over = Name.of("n".repeat(256));
      try (UnionView view = open(host, container, image)) {
        Node root = view.root();
        Node file = Paths.node(view, "a/b");
        fails(Errno.ENAMETOOLONG, () -> view.lookup(root, over));
        fails(Errno.ENAMETOOLONG, () -> view.create(root, over, FileType.REGULAR, 0, 0, 0));
        fails(Errno.ENAMETOOLONG, () -> view.symlink(root, over, new byte[] {'x'}));
        fails(Errno.ENAMETOOLONG, () -> view.link(file, root, over));
        fails(Errno.ENAMETOOLONG, () -> view.rename(root, Name.of("a"), root, over, Set.of()));
        assertEquals(List.of("a"), ViewTree.names(view, "/"));
      }
    });
  }

  /** Pure Java can't name such a file of the host: overlayfs's format refuses it, and nothing has changed. */
  @ParameterizedTest
  @OnHosts
  void namesThatAreNoTextAreKeptOrRefused(TestHost host) throws IOException {
    Name name = Name.ofBytes(new byte[] {'a', (byte) 0xFF, (byte) 0xC3});
    with(host, (container, image) -> {
      boolean kept = true;
      try (UnionView view = open(host, container, image)) {
        view.create(view.root(), name, FileType.REGULAR, 0600, 0, 0);
      } catch (PosixException e) {
        assertTrue(host == TestHost.OVERLAYFS || host == TestHost.OVERLAYFS_OVERRIDE);
        assertEquals(Errno.EILSEQ, e.errno());
        kept = false;
      }
      try (UnionView view = open(host, container, image)) {
        List<String> names = ViewTree.names(view, "/");
        assertEquals(kept ? List.of("a", name.toString()) : List.of("a"), names);
        if (kept) {
          view.unlink(view.root(), name);
        }
        assertNull(view.lookup(view.root(), name));
      }
    });
  }

  /** With the JDK alone; layerfs-overlay has the host keep them as they are. */
  @ParameterizedTest
  @OnHosts("OVERLAYFS")
  void attributesThatAKernelWouldNotShowNeedSettling(TestHost host) throws IOException {
    with(host, (container, image) -> {
      Upper upper = Upper.open(container, host.format());
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        Node file = Paths.node(view, "a/b");
        view.setXattr(file, Name.of("user.plain"), new byte[] {1}, XattrFlag.SET);
        assertFalse(upper.needsSettling());
        view.setXattr(file, Name.of("security.other"), new byte[] {1}, XattrFlag.SET);
        assertEquals(!host.isInstalled(), upper.needsSettling());
      }
      Upper again = Upper.open(container, host.format());
      assertEquals(!host.isInstalled(), again.needsSettling());
    });
  }

  /** fs/xattr.c: who may have attributes of users comes before whether there is such a namespace. */
  @ParameterizedTest
  @OnHosts
  void attributesHaveNamespaces(TestHost host) throws IOException {
    with(host, (container, image) -> {
      try (UnionView view = open(host, container, image)) {
        Node file = Paths.node(view, "a/b");
        Node pipe = Paths.create(view, "pipe", FileType.FIFO);
        Name unknown = Name.of("nobody.x");
        Name nameless = Name.of("user.");
        assertNull(view.xattr(file, Name.of("user.x")));
        fails(Errno.ENOTSUP, () -> view.xattr(file, unknown));
        fails(Errno.ENOTSUP, () -> view.removeXattr(pipe, unknown));
        fails(Errno.EINVAL, () -> view.xattr(file, nameless));
        fails(Errno.EINVAL, () -> view.removeXattr(file, nameless));
        assertNull(view.xattr(pipe, nameless));
        fails(Errno.EPERM, () -> view.setXattr(pipe, nameless, new byte[1], XattrFlag.SET));
      }
    });
  }

  /** Deeper than a recursion would come, on a host without a limit of the length of paths. */
  @Test
  void deepTrees() throws IOException {
    TestHost host = TestHost.JIMFS_UNIX;
    Name name = Name.of("d");
    Name leaf = Name.of("leaf");
    with(host, (container, image) -> {
      try (UnionView view = open(host, container, image)) {
        Node last = view.root();
        for (int i = 0; i < DEPTH; i++) {
          last = view.create(last, name, FileType.DIRECTORY, 0755, 0, 0);
          assertEquals(List.of(), view.list(last));
        }
        Node file = view.create(last, leaf, FileType.REGULAR, 0644, 0, 0);
        view.link(file, view.root(), leaf);
      }
      try (UnionView view = open(host, container, image)) {
        Node file = Paths.node(view, "leaf");
        view.unlink(view.root(), leaf);
        assertEquals(1, view.stat(file).links(), "the other name is found, at the very bottom");
        List<Node> directories = new ArrayList<>(List.of(view.root()));
        for (int i = 0; i < DEPTH; i++) {
          Node next = view.lookup(directories.get(i), name);
          directories.add(java.util.Objects.requireNonNull(next));
        }
        view.unlink(directories.get(DEPTH), leaf);
        for (int i = DEPTH - 1; i >= 0; i--) {
          view.rmdir(directories.get(i), name);
        }
        assertEquals(List.of("a"), ViewTree.names(view, "/"));
      }
    });
  }
}
