package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** Trees that are deeper than any path a system call takes. */
final class DeepTreeTest {
  /**
   * On a disk each system call walks all of them, so even at full scale there are fewer than the 10,000 that work. A build has
   * long names, so that few levels are a path that is too long.
   */
  private static final int LEVELS = Integer.getInteger("layerfs.levels", Scale.of(220, 2_200));

  private static final Name DIRECTORY = Name.of("d".repeat(Scale.of(20, 1)));
  private static final Name FILE = Name.of("file");
  private static final Name LINK = Name.of("link");
  private static final byte[] TEXT = {'d', 'e', 'e', 'p'};

  private interface Body {
    void run(Path container, TestImage image) throws IOException;
  }

  private static void with(TestHost host, TarBuilder tar, Body body) throws IOException {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, tar)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      body.run(container, image);
    } finally {
      DeepDeleter.delete(directory);
    }
  }

  /** Returns the directories from the root down. */
  private static List<Node> descend(UnionView view) throws PosixException {
    List<Node> path = new ArrayList<>();
    for (Node node = view.root(); node != null; node = view.lookup(node, DIRECTORY)) {
      path.add(node);
    }
    return path;
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE"})
  void thousandsOfLevelsAreMadeAndFoundAgainAndMoved(TestHost host) throws IOException {
    with(host, new TarBuilder().directory("./").directory(DIRECTORY + "/"), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node bottom = descend(view).get(1);
        for (int level = 1; level < LEVELS; level++) {
          bottom = view.create(bottom, DIRECTORY, FileType.DIRECTORY, 0755, 0, 0);
        }
        Node file = view.create(bottom, FILE, FileType.REGULAR, 0640, 0, 0);
        try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
          handle.write(ByteBuffer.wrap(TEXT), 0);
        }
        view.symlink(bottom, LINK, TEXT);
        view.rename(view.root(), DIRECTORY, view.root(), Name.of("moved"), Set.of());
        assertEquals(TEXT.length, view.stat(file).size());
        view.rename(view.root(), Name.of("moved"), view.root(), DIRECTORY, Set.of());
      }
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        List<Node> path = descend(view);
        assertEquals(LEVELS + 1, path.size());
        Node bottom = path.get(LEVELS);
        assertArrayEquals(TEXT, view.readLink(lookup(view, bottom, LINK)));
        assertArrayEquals(TEXT, ViewTree.content(view, lookup(view, bottom, FILE)));
        view.unlink(bottom, FILE);
        view.unlink(bottom, LINK);
        for (int level = LEVELS; level > LEVELS - 100; level--) {
          view.rmdir(path.get(level - 1), DIRECTORY);
        }
        assertNull(view.lookup(path.get(LEVELS - 100), DIRECTORY));
      }
    });
  }

  /** The deepest that there is, whatever the scale. */
  @ParameterizedTest
  @OnHosts("OVERLAYFS")
  void imagesOfThousandsOfLevelsAreSeen(TestHost host) throws IOException {
    int levels = 2000;
    TarBuilder tar = new TarBuilder().directory("./");
    for (int level = 1; level <= levels; level++) {
      tar.directory("d/".repeat(level));
    }
    with(host, tar.file("d/".repeat(levels) + "file", "deep"), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node bottom = view.root();
        for (int level = 0; level < levels; level++) {
          bottom = lookup(view, bottom, Name.of("d"));
        }
        assertArrayEquals(TEXT, ViewTree.content(view, lookup(view, bottom, FILE)));
      }
    });
  }

  private static Node lookup(UnionView view, Node directory, Name name) throws PosixException {
    Node found = view.lookup(directory, name);
    assertNotNull(found, name::toString);
    return found;
  }

  /** The deepest that a path in a tar of one layer can be, copied up with all its parents, then with all that is in it. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void deepImagesAreCopiedUp(TestHost host) throws IOException {
    int levels = Scale.of(190, 2000);
    TarBuilder tar = new TarBuilder().directory("./");
    StringBuilder path = new StringBuilder();
    for (int level = 0; level < levels; level++) {
      path.append(DIRECTORY).append('/');
      tar.directory(path.toString());
    }
    tar.add(TarEntryBuilder.file(path + "file", TEXT));
    with(host, tar, (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node bottom = descend(view).get(levels);
        view.chmod(lookup(view, bottom, FILE), 0600);
        assertArrayEquals(TEXT, ViewTree.content(view, lookup(view, bottom, FILE)));
      }
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        view.rename(view.root(), DIRECTORY, view.root(), Name.of("moved"), Set.of());
        view.rename(view.root(), Name.of("moved"), view.root(), DIRECTORY, Set.of());
        Node bottom = descend(view).get(levels);
        assertArrayEquals(TEXT, ViewTree.content(view, lookup(view, bottom, FILE)));
      }
    });
  }
}
