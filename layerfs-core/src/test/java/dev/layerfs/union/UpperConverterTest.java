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
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Uppers in another format show what they showed. */
final class UpperConverterTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 2));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);
  private static final int STEPS = 150;
  private static final int DEPTH = 450;
  private static final Set<OpenFlag> READ_WRITE = Set.of(OpenFlag.READ, OpenFlag.WRITE);

  private static final Name DEEP = Name.of("directory");

  private interface Body {
    void run(Path directory, TestImage image) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      body.run(directory, image);
    } finally {
      TestHost.delete(directory);
    }
  }

  private static UnionView open(TestHost host, Path container, TestImage image) throws IOException {
    return UnionView.open(image.tree(), Upper.open(container, host.format()));
  }

  private static Path convert(TestHost from, TestHost to, Path container, TestImage image)
      throws IOException {
    String name = container.getFileName() + "-as-" + to.format().name();
    Path converted = Files.createDirectory(container.resolveSibling(name));
    Upper source = Upper.open(container, from.format());
    UpperConverter.convert(image.tree(), List.of(), source, converted, to.format());
    return converted;
  }

  private static UpperTree tree(Upper upper, TestImage image) throws PosixException {
    return new UpperTree(new ImageLower(image.tree()), upper, new Nids());
  }

  /** Half of the pairs in each build. */
  static List<Arguments> pairs() {
    return Scale.some(allPairs().toList(), 2, Seed.random(UpperConverterTest.class));
  }

  private static Stream<Arguments> allPairs() {
    List<TestHost> onDisk = List.of(
        TestHost.OVERLAYFS, TestHost.OVERLAYFS_OVERRIDE, TestHost.PORTABLE, TestHost.PORTABLE_SIDE);
    List<TestHost> installed = OnHosts.Hosts.of(List.of("OVERLAYFS"));
    if (!installed.contains(TestHost.OVERLAYFS)) {
      return installed.stream()
          .flatMap(host -> Stream.concat(
              onDisk.stream()
                  .flatMap(jdk -> Stream.of(Arguments.of(host, jdk), Arguments.of(jdk, host))),
              installed.stream().map(other -> Arguments.of(host, other))));
    }
    List<TestHost> inMemory = List.of(TestHost.JIMFS_UNIX, TestHost.JIMFS_OSX);
    return Stream.concat(
        onDisk.stream().flatMap(from -> onDisk.stream().map(to -> Arguments.of(from, to))),
        inMemory.stream().flatMap(host -> Stream.of(Arguments.of(host, TestHost.PORTABLE_SIDE))));
  }

  /** A program that goes on with what was converted does not notice: not by a result, an error or a number. */
  @ParameterizedTest
  @MethodSource("pairs")
  void nobodyNoticesAConversion(TestHost from, TestHost to) throws Exception {
    TestHost.delete(to.directory()); // skips the test where the format can't be had
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      String name = from + " to " + to + ", seed " + seed;
      Random random = new Random(seed);
      with(from, (directory, image) -> {
        try (ModelView model = new ModelView()) {
          try (UnionView view = UnionView.readOnly(image.tree())) {
            ViewTree.copy(view, model);
          }
          Map<Long, Long> inodes = new HashMap<>();
          Path container = directory.resolve("container");
          from.create(container, image.tree());
          SortedMap<String, String> before;
          try (UnionView view = open(from, container, image)) {
            operate(name, random, model, view);
            same(name, model, view, inodes);
            before = ViewTree.describe(view);
          }
          Path there = convert(from, to, container, image);
          try (UnionView view = open(to, there, image)) {
            same(name + ", converted", model, view, inodes);
            operate(name + ", converted", random, model, view);
            same(name + ", used again", model, view, inodes);
          }
          try (UnionView view = open(from, container, image)) {
            assertEquals(before, ViewTree.describe(view), name + ": the source is as it was");
          }
          Path back = convert(to, from, there, image);
          try (UnionView view = open(from, back, image)) {
            same(name + " and back", model, view, inodes);
          }
        }
      });
    }
  }

  /** A format that can't say where a renamed directory is beneath has all that is in it. */
  @ParameterizedTest
  @EnumSource(names = {"OVERLAYFS", "OVERLAYFS_OVERRIDE", "PORTABLE", "PORTABLE_SIDE"})
  void nobodyNoticesThatRedirectsAreConverted(TestHost to) throws Exception {
    TestHost.delete(to.directory()); // skips the test where the format can't be had
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      String name = "redirects to " + to + ", seed " + seed;
      Random random = new Random(seed);
      with(TestHost.PORTABLE, (directory, image) -> {
        try (ModelView model = new ModelView()) {
          try (UnionView view = UnionView.readOnly(image.tree())) {
            ViewTree.copy(view, model);
          }
          Map<Long, Long> inodes = new HashMap<>();
          Path container = directory.resolve("container");
          TestHost.PORTABLE.create(container, image.tree());
          Upper source = TrustedFiles.open(TestHost.PORTABLE, container);
          try (UnionView view = UnionView.open(image.tree(), source)) {
            for (PosixView each : List.of(model, view)) {
              Paths.rename(each, "a/c", "b/moved");
            }
            operate(name, random, model, view);
            same(name, model, view, inodes);
          }
          Path there = Files.createDirectory(directory.resolve("converted"));
          source = TrustedFiles.open(TestHost.PORTABLE, container);
          UpperConverter.convert(image.tree(), List.of(), source, there, to.format());
          try (UnionView view = open(to, there, image)) {
            same(name + ", converted", model, view, inodes);
            operate(name + ", converted", random, model, view);
            same(name + ", used again", model, view, inodes);
          }
        }
      });
    }
  }

  private static void operate(String where, Random random, PosixView model, PosixView view) {
    List<FileHandle> left = new ArrayList<>();
    List<FileHandle> right = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      RandomOperation operation = RandomOperation.next(random);
      String at = where + ", step " + step + ": " + operation;
      assertEquals(operation.outcome(model, left), operation.outcome(view, right), at);
    }
  }

  private static void same(String where, PosixView model, PosixView view, Map<Long, Long> inodes)
      throws PosixException {
    assertEquals(ViewTree.describe(model), ViewTree.describe(view), where);
    ViewTree.matchInodes(model, view, inodes);
  }

  /** The marks of one namespace are plain data in the other, and the reverse. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS_OVERRIDE", "PORTABLE", "JIMFS_UNIX"})
  void marksGoFromNamespaceToNamespace(TestHost host) throws Exception {
    with(host, (directory, image) -> {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      SortedMap<String, String> before;
      try (UnionView view = open(host, container, image)) {
        for (String name : List.of("user.overlay.opaque", "trusted.overlay.opaque", "user.x")) {
          view.setXattr(Paths.node(view, "a"), Name.of(name), new byte[] {'y'}, XattrFlag.SET);
        }
        Paths.unlink(view, "d");
        Paths.rename(view, "a/c", "moved");
        before = ViewTree.describe(view);
      }
      Path converted = Files.createDirectory(directory.resolve("converted"));
      Files.createDirectory(converted.resolve("work"));
      Upper trusted = WatchedHost.openTrusted(TestHost.JIMFS_OSX, converted);
      UpperConverter.convert(tree(Upper.open(container, host.format()), image), trusted);
      Path place = trusted.host().resolve(trusted.root(), Name.of("moved"));
      assertTrue(trusted.host().xattrs(place).contains(Name.of("trusted.overlay.opaque")));
      assertFalse(trusted.host().xattrs(place).contains(Name.of("user.overlay.opaque")));
      try (UnionView view = UnionView.open(image.tree(), trusted)) {
        assertEquals(before, ViewTree.describe(view));
      }
      Path back = Files.createDirectory(directory.resolve("back"));
      Upper source = WatchedHost.openTrusted(TestHost.JIMFS_OSX, converted);
      UpperConverter.convert(image.tree(), List.of(), source, back, host.format());
      try (UnionView view = open(host, back, image)) {
        assertEquals(before, ViewTree.describe(view));
      }
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAYFS", "OVERLAYFS_OVERRIDE"})
  void whatTheTargetCanNotHoldIsNamed(TestHost to) throws Exception {
    TestHost from = TestHost.PORTABLE;
    TestHost.delete(to.directory());
    with(from, (directory, image) -> {
      Path container = directory.resolve("container");
      from.create(container, image.tree());
      SortedMap<String, String> before;
      try (UnionView view = open(from, container, image)) {
        Name name = Name.ofBytes(new byte[] {'n', (byte) 0xFF});
        view.create(Paths.node(view, "a/c"), name, FileType.REGULAR, 0600, 0, 0);
        before = ViewTree.describe(view);
      }
      PosixException e =
          assertThrows(PosixException.class, () -> convert(from, to, container, image));
      assertEquals(Errno.EILSEQ, e.errno());
      assertTrue(e.getMessage().contains("/a/c/n"), e.getMessage());
      try (UnionView view = open(from, container, image)) {
        assertEquals(before, ViewTree.describe(view));
      }
    });
  }

  /** Whatever can't be written, nothing is made that looks finished, and the source is not touched. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS_OVERRIDE", "JIMFS_UNIX"})
  void aFailureAnywhereEndsTheConversion(TestHost host) throws Exception {
    with(host, (directory, image) -> {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      try (UnionView view = open(host, container, image)) {
        Paths.unlink(view, "d");
        Paths.write(view, "a/a", "changed");
        Paths.link(view, "e", "f");
      }
      int[] left = {0};
      boolean done = false;
      for (int n = 0; !done; n++) {
        left[0] = n;
        Path converted = Files.createDirectory(directory.resolve("converted" + n));
        Files.createDirectory(converted.resolve("work"));
        Upper target = WatchedHost.open(host, converted, (call, place) -> {
          if (left[0]-- == 0) {
            throw new PosixException(Errno.ENOSPC, call + " that the test fails");
          }
        });
        try {
          UpperConverter.convert(tree(Upper.open(container, host.format()), image), target);
          done = left[0] >= 0;
          assertTrue(done, "change " + n + " failed, and nobody was told");
        } catch (PosixException e) {
          assertEquals(Errno.ENOSPC, e.errno(), "change " + n);
        }
      }
      try (UnionView view = open(host, container, image)) {
        assertEquals("changed", text(view, "a/c/b"));
      }
    });
  }

  private static String text(UnionView view, String path) throws PosixException {
    return new String(ViewTree.content(view, Paths.node(view, path)));
  }

  /** Deeper than paths can be. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS_OVERRIDE", "JIMFS_UNIX"})
  void deepTreesAndExactTimes(TestHost host) throws Exception {
    Timespec atime = new Timespec(1_600_000_000L, 123_456_789);
    Timespec mtime = new Timespec(1_500_000_000L, 987_654_321);
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      Stat before;
      try (UnionView view = open(host, container, image)) {
        Node last = view.root();
        for (int i = 0; i < DEPTH; i++) {
          last = view.create(last, DEEP, FileType.DIRECTORY, 0755, 0, 0);
        }
        view.utimens(last, atime, mtime);
        before = view.stat(last);
      }
      assertEquals(mtime.seconds(), before.mtimeSeconds());
      Path converted = convert(host, host, container, image);
      try (UnionView view = open(host, converted, image)) {
        Node last = view.root();
        for (int i = 0; i < DEPTH; i++) {
          last = Objects.requireNonNull(view.lookup(last, DEEP));
        }
        Stat after = view.stat(last);
        assertEquals(before.mtimeNanos(), after.mtimeNanos());
        assertEquals(before.mtimeSeconds(), after.mtimeSeconds());
        assertEquals(before.atimeNanos(), after.atimeNanos());
        assertEquals(before.atimeSeconds(), after.atimeSeconds());
        assertEquals(before.inode(), after.inode());
      }
    } finally {
      DeepDeleter.delete(directory);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void holesStayHoles() throws Exception {
    with(TestHost.PORTABLE, (directory, image) -> {
      Path container = directory.resolve("container");
      TestHost.PORTABLE.create(container, image.tree());
      try (UnionView view = open(TestHost.PORTABLE, container, image);
          FileHandle file = view.open(Paths.create(view, "sparse", FileType.REGULAR), READ_WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {1}), 32 << 20);
        file.truncate(64 << 20);
      }
      Path converted = convert(TestHost.PORTABLE, TestHost.PORTABLE_SIDE, container, image);
      Process stat =
          new ProcessBuilder("stat", "-c", "%b", converted.resolve("upper/sparse") + "").start();
      long blocks = Long.parseLong(new String(stat.getInputStream().readAllBytes()).strip());
      assertTrue(blocks < 1024, blocks + " blocks");
      try (UnionView view = open(TestHost.PORTABLE_SIDE, converted, image)) {
        assertEquals(64 << 20, view.stat(Paths.node(view, "sparse")).size());
      }
    });
  }
}
