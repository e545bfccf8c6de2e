package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend.Mounted;
import dev.layerfs.spi.MountBackend.Union;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Unions, told to the kernel in each way it knows. */
final class UnionMountTest extends MountingTest {
  private static final String SOURCE = "layerfs-test";

  /** Every character that ends something for somebody, or has an escape somewhere. */
  private static final String HOSTILE = "a b,c:d\\e\\054f\"g'h\ni=j#k%l*m$n;ö€😀,upperdir=";

  /** Makes a union of lower layers, each with a file of its own. */
  private Union union(Path directory, int lowers) throws IOException {
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < lowers; i++) {
      Path layer = Files.createDirectories(directory.resolve("l" + i));
      Files.writeString(layer.resolve("f" + i), "content of " + i);
      Files.writeString(layer.resolve("all"), "content of " + i);
      layers.add(layer);
    }
    Path upper = Files.createDirectories(directory.resolve("upper"));
    Path work = Files.createDirectories(directory.resolve("work"));
    return new Union(SOURCE, layers, upper, work, false, true);
  }

  private static Union with(Union union, boolean userMarks, boolean sync) {
    return new Union(union.source(), union.lowers(), union.upper(), union.work(), userMarks, sync);
  }

  private void requireMerged(Path target, Union union) throws IOException {
    for (int i = 0; i < union.lowers().size(); i++) {
      assertEquals("content of " + i, Files.readString(target.resolve("f" + i)));
    }
    assertEquals("content of 0", Files.readString(target.resolve("all")));
    assertEquals(List.of(union.lowers()), lowers(target));
  }

  private List<List<Path>> lowers(Path target) throws IOException {
    Path real = target.toRealPath();
    return backend.mounted().stream()
        .filter(mounted -> mounted.target().equals(real) && mounted.source().equals(SOURCE))
        .map(Mounted::lowers)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void writesGoToTheUpper(Way way) throws IOException {
    Path target = directory("target");
    Union union = union(temp, 2);
    way.backend().mountUnion(union, target);
    try {
      requireMerged(target, union);
      Files.writeString(target.resolve("f0"), "changed");
      Files.delete(target.resolve("f1"));
    } finally {
      backend.unmount(target, false);
    }
    assertEquals("changed", Files.readString(union.upper().resolve("f0")));
    assertEquals("content of 0", Files.readString(union.lowers().get(0).resolve("f0")));
    assertEquals(
        "character special file 0:0",
        run("stat", "-c", "%F %t:%T", union.upper().resolve("f1").toString()).strip());
  }

  @ParameterizedTest
  @EnumSource
  void oneLowerIsEnough(Way way) throws IOException {
    Path target = directory("target");
    Union union = union(temp, 1);
    way.backend().mountUnion(union, target);
    try {
      requireMerged(target, union);
    } finally {
      backend.unmount(target, false);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyNameWillDo(Way way) throws IOException {
    Path target = directory(HOSTILE + "/target");
    Union union = union(directory(HOSTILE), 3);
    way.backend().mountUnion(union, target);
    try {
      requireMerged(target, union);
      Files.writeString(target.resolve("new"), "new");
      assertEquals("new", Files.readString(union.upper().resolve("new")));
    } finally {
      backend.unmount(target, false);
    }
  }

  /** Those that can, one of them in each build. */
  static List<Way> waysForMany() {
    List<Way> ways =
        Arrays.stream(Way.values()).filter(way -> way != Way.AT_ONCE).toList();
    return Scale.share(ways, Seed.random(UnionMountTest.class).nextInt(ways.size()), ways.size());
  }

  @ParameterizedTest
  @MethodSource("waysForMany")
  void fiveHundredLowers(Way way) throws IOException {
    Path target = directory("target");
    Union union = union(temp, 500);
    way.backend().mountUnion(union, target);
    try {
      requireMerged(target, union);
    } finally {
      backend.unmount(target, false);
    }
  }

  @Test
  void tooManyForAnOldKernel() throws IOException {
    Path target = directory("target");
    Union union = union(temp, 500);
    PosixException refused =
        assertThrows(PosixException.class, () -> Way.AT_ONCE.backend().mountUnion(union, target));
    assertEquals(Errno.E2BIG, refused.errno());
    assertTrue(refused.getMessage().contains("takes 4095"), refused.getMessage());
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  @Test
  void fiveHundredAndOneIsAnErrorOfTheKernel() throws IOException {
    Path target = directory("target");
    Union union = union(temp, 501);
    IOException refused = assertThrows(IOException.class, () -> backend.mountUnion(union, target));
    assertTrue(refused.getMessage().contains("EINVAL"), refused.getMessage());
    assertTrue(
        refused.getMessage().contains("the kernel says: overlay: too many lower directories"),
        refused.getMessage());
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  @ParameterizedTest
  @EnumSource
  void longNames(Way way) throws IOException {
    Path target = directory("target");
    Union union = union(directory(("d".repeat(200) + "/").repeat(3)), 2);
    way.backend().mountUnion(union, target);
    try {
      requireMerged(target, union);
    } finally {
      backend.unmount(target, false);
    }
  }

  @Test
  void everyOptionIsExplicit() throws IOException {
    Path target = directory("target");
    Union union = union(temp, 2);
    List<String> options = backend.options(union);
    assertEquals(
        List.of(
            "index=off",
            "metacopy=off",
            "nfs_export=off",
            "uuid=null",
            "xino=auto",
            "redirect_dir=on"),
        options.subList(3, options.size()));
    backend.mountUnion(union, target);
    try {
      String shown = findmnt(target, "FS-OPTIONS");
      assertTrue(shown.contains("redirect_dir=on") && shown.contains("uuid=null"), shown);
      assertEquals(SOURCE, findmnt(target, "SOURCE"));
    } finally {
      backend.unmount(target, false);
    }
    assertEquals("", run("getfattr", "-d", "-m", "-", union.upper().toString()));
  }

  @Test
  void marksAreOfTheNamespaceThatIsAskedFor() throws IOException {
    Path target = directory("target");
    Union union = union(temp, 2);
    Files.createDirectory(union.lowers().get(1).resolve("directory"));
    backend.mountUnion(union, target);
    try {
      run("mv", "-T", target + "/directory", target + "/renamed");
    } finally {
      backend.unmount(target, false);
    }
    String marks = run("getfattr", "-m", "-", union.upper().resolve("renamed").toString());
    assertTrue(marks.contains("trusted.overlay.redirect"), marks);

    Union user = with(union(directory("user"), 2), true, true);
    Files.createDirectories(user.lowers().get(1).resolve("directory"));
    backend.mountUnion(user, target);
    try {
      Files.delete(target.resolve("directory"));
      Files.createDirectory(target.resolve("directory"));
      assertTrue(findmnt(target, "FS-OPTIONS").contains("userxattr"));
    } finally {
      backend.unmount(target, false);
    }
    marks = run("getfattr", "-m", "-", user.upper().resolve("directory").toString());
    assertTrue(marks.contains("user.overlay.opaque"), marks);
    assertFalse(marks.contains("trusted."), marks);
  }

  @Test
  void withoutSyncTheUpperIsMarkedAsUnfinished() throws IOException {
    Path target = directory("target");
    Union union = with(union(temp, 1), false, false);
    backend.mountUnion(union, target);
    try {
      assertTrue(findmnt(target, "FS-OPTIONS").contains("volatile"));
    } finally {
      backend.unmount(target, false);
    }
    assertTrue(Files.exists(union.work().resolve("work/incompat/volatile")));
    IOException refused = assertThrows(IOException.class, () -> backend.mountUnion(union, target));
    assertTrue(refused.getMessage().contains("EINVAL"), refused.getMessage());
  }

  /** The kernel would mount it, read-only. */
  @ParameterizedTest
  @EnumSource
  void aWorkDirectoryThatCanNotBeUsed(Way way) throws IOException {
    Tool.assume("chattr");
    Path target = directory("target");
    Union union = union(temp, 1);
    Files.createDirectory(union.work().resolve("work"));
    Tool.Result immutable = Tool.run(List.of("chattr", "+i", union.work().toString()));
    assumeTrue(immutable.status() == 0, "this file system has no immutable directories");
    try {
      PosixException refused =
          assertThrows(PosixException.class, () -> way.backend().mountUnion(union, target));
      assertEquals(Errno.EROFS, refused.errno());
      assertEquals("", findmnt(target, "FSTYPE"));
    } finally {
      run("chattr", "-i", union.work().toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMissingIsNamed(Way way) throws IOException {
    Path target = directory("target");
    Union union = union(temp, 1);
    Files.delete(union.upper());
    IOException refused =
        assertThrows(IOException.class, () -> way.backend().mountUnion(union, target));
    assertTrue(refused.getMessage().contains("ENOENT"), refused.getMessage());
    assertTrue(
        way == Way.AT_ONCE || refused.getMessage().contains(union.upper().toString()),
        refused.getMessage());
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  @ParameterizedTest
  @EnumSource
  void aTargetThatIsASymbolicLinkIsRefused(Way way) throws IOException {
    Path target = directory("target");
    Path link = Files.createSymbolicLink(temp.resolve("link"), target);
    Union union = union(temp, 1);
    IOException refused =
        assertThrows(IOException.class, () -> way.backend().mountUnion(union, link));
    assertEquals(
        link + " is a symbolic link; a mount takes the directory itself", refused.getMessage());
    Path through = Files.createSymbolicLink(temp.resolve("through"), temp).resolve("target");
    way.backend().mountUnion(union, through);
    try {
      assertEquals("overlay", findmnt(target, "FSTYPE"));
    } finally {
      backend.unmount(through, false);
    }
  }

  /** Somebody puts another directory in the place of one that has been looked at. */
  @ParameterizedTest
  @EnumSource(names = {"DESCRIPTORS", "ONE_BY_ONE"})
  void aTargetCanNotBeSwapped(Way way) throws IOException {
    Path target = directory("target");
    Path moved = temp.resolve("moved");
    Union union = union(temp, 1);
    MountCalls calls = new MountCalls();
    try (MountTarget opened = MountTarget.open(calls, target)) {
      Files.move(target, moved);
      Files.createDirectory(target);
      new UnionMounter(calls, way.features()).mount(union, opened);
    }
    try {
      requireMerged(moved, union);
      assertEquals("", findmnt(target, "FSTYPE"));
    } finally {
      backend.unmount(moved, false);
    }
  }

  @Test
  void severalThreadsMount() throws Exception {
    List<Callable<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Union union = union(directory("union" + i), 3);
      Path target = directory("target" + i);
      tasks.add(() -> {
        for (int round = 0; round < 10; round++) {
          backend.mountUnion(union, target);
          requireMerged(target, union);
          backend.unmount(target, false);
        }
        return "";
      });
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<String> result : threads.invokeAll(tasks)) {
        assertEquals("", result.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void unknownOptionsAreLeftOut() throws IOException {
    Union union = with(union(temp, 1), false, false);
    OverlayBackend old =
        new OverlayBackend(new KernelFeatures(Set.of(OverlayOption.INDEX), false, false));
    assertEquals(
        List.of("index=off"), old.options(union).subList(3, old.options(union).size()));
    PosixException refused = assertThrows(
        PosixException.class, () -> old.mountUnion(with(union, true, true), directory("target")));
    assertEquals(Errno.ENOTSUP, refused.errno());
  }

  /** It has no way to be told a single quotation mark. */
  @Test
  void mount8TakesTheOptions() throws IOException {
    Path target = directory("target");
    Union union = union(directory(HOSTILE.replace("\"", "")), 3);
    String options = String.join(",", backend.options(union));
    run("mount", "-t", "overlay", "-o", options, SOURCE, target.toString());
    try {
      requireMerged(target, union);
      Files.writeString(target.resolve("new"), "new");
      assertEquals("new", Files.readString(union.upper().resolve("new")));
    } finally {
      backend.unmount(target, false);
    }
  }
}
