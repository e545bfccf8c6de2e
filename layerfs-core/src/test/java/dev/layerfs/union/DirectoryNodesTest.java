package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A directory that is passed again needs no new node, and none that was kept is taken for another. */
final class DirectoryNodesTest {
  private static final Name DIRECTORY = Name.of("a");

  @Test
  void passedAgainItIsTheSame() throws IOException {
    Path directory = TestHost.JIMFS_UNIX.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar());
        UnionView view = UnionView.readOnly(image.tree())) {
      Node passed = view.lookup(view.root(), DIRECTORY);
      assertEquals(FileType.DIRECTORY, passed.type());
      assertSame(passed, view.lookup(view.root(), Name.of("a")));
    } finally {
      TestHost.delete(directory);
    }
  }

  /** Whatever shares a slot: each directory found is called by its own number, place and name. */
  @Test
  void whoseSlotIsTakenIsMadeAgain() throws IOException {
    Path directory = TestHost.JIMFS_UNIX.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar());
        UnionView view = UnionView.readOnly(image.tree())) {
      DirectoryNodes nodes = new DirectoryNodes(view.inodes());
      UnionNode root = view.inodes().root();
      UnionNode first = nodes.get(root, directory(1, "d1"));
      for (long nid = 2; nid < 2_000; nid++) {
        UnionNode node = nodes.get(root, directory(nid, "d" + nid));
        assertEquals(nid, node.nid);
        assertEquals(Name.of("d" + nid), node.name);
      }
      assertNotSame(first, nodes.get(root, directory(1, "d1")));
      UnionNode moved = nodes.get(root, directory(1, "new name"));
      assertEquals(Name.of("new name"), moved.name);
      assertSame(first, nodes.get(first, directory(3, "d3")).parent);
      assertSame(root, nodes.get(root, directory(3, "d3")).parent);
    } finally {
      TestHost.delete(directory);
    }
  }

  private static ImageEntry directory(long nid, String name) {
    return new ImageEntry(0, Name.of(name), nid, FileType.DIRECTORY);
  }
}
