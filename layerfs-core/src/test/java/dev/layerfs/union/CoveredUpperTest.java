package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.params.ParameterizedTest;

/** Uppers that others come on top of, while the view is in use. */
final class CoveredUpperTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 2));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);
  private static final int ROUNDS = 3;
  private static final int STEPS = 120;
  private static final Set<OpenFlag> READ_WRITE = Set.of(OpenFlag.READ, OpenFlag.WRITE);

  private interface Body {
    void run(TestStack stack, TestImage image) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      body.run(new TestStack(host, directory, image.tree()), image);
    } finally {
      TestHost.delete(directory);
    }
  }

  /** A program that uses the view does not notice: not by a result, an error, a number or an open handle. */
  @ParameterizedTest
  @OnHosts
  void nobodyNoticesThatAnUpperIsCovered(TestHost host) throws Exception {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      long chosen = seed;
      with(host, (stack, image) -> run(host + ", seed " + chosen, stack, image, chosen));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true) // none of another module is like these
  @OnHosts({"PORTABLE", "JIMFS_UNIX"})
  void nobodyNoticesThatRedirectsAreCovered(TestHost host) throws Exception {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Path directory = host.directory();
      try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
        TestStack.HostFilesOf files = container -> TrustedFiles.seeming(host, container);
        TestStack stack = new TestStack(host, files, directory, image.tree());
        run(host + " with redirects, seed " + seed, stack, image, seed);
      } finally {
        TestHost.delete(directory);
      }
    }
  }

  private static void run(String name, TestStack stack, TestImage image, long seed)
      throws IOException {
    try (ModelView model = new ModelView()) {
      try (UnionView view = UnionView.readOnly(image.tree())) {
        ViewTree.copy(view, model);
      }
      Random random = new Random(seed);
      Map<Long, Long> inodes = new HashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        String where = name + ", round " + round;
        try (UnionView view = stack.open()) {
          same(where + " opened", model, view, inodes);
          operate(where, stack, random, model, view);
          same(where, model, view, inodes);
        }
      }
      assertTrue(stack.levels() > 3, "the test covers uppers");
    }
  }

  private static void operate(
      String where, TestStack stack, Random random, PosixView model, UnionView view)
      throws IOException {
    List<FileHandle> left = new ArrayList<>();
    List<FileHandle> right = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      String at = where + ", step " + step;
      if (random.nextInt(30) == 0) {
        stack.cover(view);
        assertTrue(view.uppers().isUntouched(), at);
        assertEquals(ViewTree.describe(model), ViewTree.describe(view), at + ": covered");
      }
      RandomOperation operation = RandomOperation.next(random);
      assertEquals(
          operation.outcome(model, left),
          operation.outcome(view, right),
          () -> at + ": " + operation);
    }
  }

  private static void same(String where, PosixView model, PosixView view, Map<Long, Long> inodes)
      throws PosixException {
    assertEquals(ViewTree.describe(model), ViewTree.describe(view), where);
    ViewTree.matchInodes(model, view, inodes);
  }

  @ParameterizedTest
  @OnHosts
  void rollingBackShowsWhatWas(TestHost host) throws Exception {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Random random = new Random(seed);
      String name = host + ", seed " + seed;
      with(host, (stack, image) -> {
        List<SortedMap<String, String>> states = new ArrayList<>();
        try (UnionView view = stack.open()) {
          for (int i = 0; i < 5; i++) {
            operateAlone(random, view);
            states.add(ViewTree.describe(view));
            stack.cover(view);
          }
          for (int kept = 4; kept > 0; kept -= 2) {
            operateAlone(random, view);
            stack.rollBack(view, kept);
            assertEquals(states.get(kept - 1), ViewTree.describe(view), name + ", kept " + kept);
            operateAlone(random, view);
          }
          stack.rollBack(view, 1);
        }
        try (UnionView view = stack.open()) {
          assertEquals(states.get(0), ViewTree.describe(view), name + ", reopened");
          stack.rollBack(view, 0);
          try (UnionView original = UnionView.readOnly(image.tree())) {
            assertEquals(ViewTree.describe(original), ViewTree.describe(view), name);
          }
        }
      });
    }
  }

  private static void operateAlone(Random random, UnionView view) {
    List<FileHandle> handles = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      RandomOperation.next(random).outcome(view, handles);
    }
  }

  @ParameterizedTest
  @OnHosts
  void handlesAndNodesGoOnAcrossACover(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open()) {
        Node node = Paths.node(view, "a/b");
        Node made = Paths.create(view, "made", FileType.REGULAR);
        FileHandle untouched = view.open(node, Set.of(OpenFlag.READ));
        FileHandle writer = view.open(made, READ_WRITE);
        FileHandle unnamed = view.open(Paths.create(view, "gone", FileType.REGULAR), READ_WRITE);
        Paths.unlink(view, "gone");
        write(writer, 0, "one");
        write(unnamed, 0, "nameless");
        stack.cover(view);
        assertEquals("one", text(writer));
        assertEquals("nameless", text(unnamed));
        write(writer, 3, " two");
        write(unnamed, 8, "!");
        assertEquals("one two", text(writer));
        assertEquals("nameless!", text(unnamed));
        assertEquals(0, unnamed.stat().links());
        assertEquals(made, Paths.node(view, "made"));
        assertEquals(node, Paths.node(view, "a/b"));
        view.chmod(made, 0600);
        Paths.rename(view, "made", "a/moved");
        assertEquals(made, Paths.node(view, "a/moved"));
        assertEquals("second", text(untouched));
        stack.rollBack(view, 1);
        assertEquals(
            "one",
            new String(ViewTree.content(view, Paths.node(view, "made")), StandardCharsets.UTF_8));
        assertThrows(PosixException.class, () -> writer.size());
      }
    });
  }

  @ParameterizedTest
  @OnHosts
  void anInodeThatWasBornInACoveredUpperKeepsItsNumber(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      List<FileType> types = List.of(FileType.REGULAR, FileType.DIRECTORY, FileType.FIFO);
      Map<String, Long> numbers = new HashMap<>();
      try (UnionView view = stack.open()) {
        for (FileType type : types) {
          Paths.create(view, type.name(), type);
        }
        Paths.symlink(view, "link", "target");
        for (String name : List.of("REGULAR", "DIRECTORY", "FIFO", "link")) {
          numbers.put(name, view.stat(Paths.node(view, name)).inode());
        }
        stack.cover(view);
        for (String name : numbers.keySet()) {
          view.chown(Paths.node(view, name), 1, 1);
        }
      }
      try (UnionView view = stack.open()) {
        for (String name : numbers.keySet()) {
          assertEquals(numbers.get(name), view.stat(Paths.node(view, name)).inode(), name);
        }
      }
    });
  }

  /** One question is answered as two are: of what is in the image, in a covered upper, and in the upper. */
  @ParameterizedTest
  @OnHosts
  void attributesAreWhatTheirPartsAre(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open()) {
        List<Node> nodes = new ArrayList<>(List.of(view.root(), Paths.node(view, "a")));
        for (String upper : List.of("covered", "on-top")) {
          nodes.addAll(everyType(view, upper));
          assertAttributes(view, nodes);
          stack.cover(view);
          assertAttributes(view, nodes);
        }
        Node gone = Paths.create(view, "gone", FileType.REGULAR);
        try (FileHandle open = view.open(gone, READ_WRITE)) {
          Paths.unlink(view, "gone");
          assertAttributes(view, List.of(gone));
          write(open, 0, "still there");
          assertEquals(11, view.attributes(gone).stat().size());
        }
      }
    });
  }

  private static List<Node> everyType(UnionView view, String prefix) throws PosixException {
    List<Node> nodes = new ArrayList<>();
    for (FileType type : FileType.values()) {
      String name = prefix + type;
      if (type == FileType.SYMLINK) {
        Paths.symlink(view, name, "target");
      } else {
        view.create(view.root(), Name.of(name), type, 0, 1, 3); // a mode that keeps out
      }
      Node node = Paths.node(view, name);
      view.chown(node, 7, 8);
      view.setXattr(node, Name.of("trusted.kept"), new byte[] {1}, XattrFlag.SET);
      nodes.add(node);
    }
    Name likeAMark = Name.of("trusted.overlay.opaque");
    for (FileType type : List.of(FileType.REGULAR, FileType.DIRECTORY)) {
      Node node = Paths.node(view, prefix + type);
      view.setXattr(node, likeAMark, new byte[] {'y'}, XattrFlag.SET);
      assertTrue(view.attributes(node).xattrs().contains(likeAMark), node.toString());
    }
    return nodes;
  }

  private static void assertAttributes(UnionView view, List<Node> nodes) throws PosixException {
    for (Node node : nodes) {
      NodeAttributes attributes = view.attributes(node);
      assertEquals(view.stat(node), attributes.stat(), node.toString());
      assertEquals(view.xattrs(node), attributes.xattrs(), node.toString());
    }
  }

  @ParameterizedTest
  @OnHosts
  void whatWasRemovedIsStillKnownUnderAnotherUpper(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open()) {
        Node file = Paths.create(view, "file", FileType.REGULAR);
        Node directory = Paths.create(view, "directory", FileType.DIRECTORY);
        Node copied = Paths.node(view, "d");
        view.chmod(copied, 0600);
        Paths.unlink(view, "file");
        Paths.rmdir(view, "directory");
        Paths.unlink(view, "d");
        for (int covers = 0; covers < 2; covers++) {
          stack.cover(view);
          for (Node gone : List.of(file, directory, copied)) {
            assertEquals(0, view.stat(gone).links());
          }
          assertEquals(List.of(), view.list(directory));
        }
      }
    });
  }

  private static void write(FileHandle file, long position, String text) throws PosixException {
    file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), position);
  }

  private static String text(FileHandle file) throws PosixException {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
    file.read(buffer, 0);
    return new String(buffer.array(), StandardCharsets.UTF_8);
  }

  /** What was opened for writing is in an upper that doesn't change any more, and is open for reading only. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE"})
  void aHandleOfACoveredUpperMapsPrivately(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open();
          FileHandle file = view.open(Paths.node(view, "d"), READ_WRITE)) {
        stack.cover(view);
        byte before = file.map(MapMode.READ_ONLY, 0, 1).get(0);
        file.map(MapMode.PRIVATE, 0, 1).put(0, (byte) (before + 1));
        assertEquals(before, file.map(MapMode.READ_ONLY, 0, 1).get(0));
      }
    });
  }

  /** What is written through a mapping can't be kept from a layer that is to stay as it is. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE"})
  void anUpperThatIsMappedForWritingIsNotCovered(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open();
          FileHandle file = view.open(Paths.node(view, "d"), READ_WRITE)) {
        MappedByteBuffer mapping = file.map(MapMode.READ_WRITE, 0, 100);
        PosixException refused = assertThrows(PosixException.class, () -> stack.cover(view));
        assertEquals(Errno.EBUSY, refused.errno());
        mapping.put(0, (byte) 1);
        Reference.reachabilityFence(mapping);
        assertFalse(view.uppers().isUntouched());
      }
    });
  }

  @ParameterizedTest
  @OnHosts
  void aStepThatFailsLeavesTheViewAsItWas(TestHost host) throws Exception {
    with(host, (stack, image) -> {
      try (UnionView view = stack.open()) {
        Paths.write(view, "a/b", "changed");
        SortedMap<String, String> before = ViewTree.describe(view);
        IOException failure = new IOException("no space");
        assertEquals(
            failure,
            assertThrows(
                IOException.class,
                () -> view.uppers().cover(current -> {
                  throw failure;
                })));
        assertEquals(before, ViewTree.describe(view));
        Paths.write(view, "a/b", "again");
      }
    });
  }
}
