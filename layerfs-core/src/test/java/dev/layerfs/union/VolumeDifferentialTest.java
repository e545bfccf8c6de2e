package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.volume.Attachment;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import dev.layerfs.volume.MemoryVolume;
import dev.layerfs.volume.MountedView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes, and what they are mounted in, refuse what the kernel refuses of tmpfs and bind mounts, and nothing else. */
@EnabledOnOs(OS.LINUX)
final class VolumeDifferentialTest {
  private static final int ONE_IN = Integer.getInteger("layerfs.mounts.oneIn", Scale.of(25, 1));
  private static final long SEED = Long.getLong("layerfs.seed", 1);
  private static final List<String> MOUNT_POINTS = List.of("m", "ro", "fm");
  private static final List<String> PATHS = List.of(
      "m", "m/f", "m/d", "m/new", "m/d/f", "fm", "fm/x", "ro", "ro/f", "ro/d", "ro/new", "f", "d",
      "e", "new", "vol/f", "vol/d");
  private static final List<String> EXCHANGED =
      List.of("m", "m/f", "fm", "ro", "ro/f", "f", "d", "new");

  @TempDir
  Path temp;

  @ParameterizedTest
  @CsvSource({"acting, 32", "lists, 16"})
  void memoryIsLikeTmpfs(String which, int oneIn) throws IOException {
    KernelActor.assume(temp);
    PosixCases all = which.equals("acting") ? ActingCases.of(SEED) : AclCases.of(SEED);
    PosixCases cases = all.sample(Seed.random(getClass()), Scale.of(oneIn, 4));
    try (HostView root = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755)) {
      new KernelComparison(cases, which + ", seed " + SEED)
          .run(temp, root, () -> root.another(HostViewOptions.DEFAULT.by(cases.identity)));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1000"})
  void mountsAreLikeBindMounts(long uid) throws IOException {
    KernelActor.assume(temp);
    PosixCases cases = mountCases(Identity.of(uid, uid)).sample(Seed.random(getClass()), ONE_IN);
    Path directory = TestHost.JIMFS_UNIX.directory();
    Path work = Files.createDirectory(directory.resolve("work"));
    HostFiles files = Upper.hostFiles(TestHost.JIMFS_UNIX.format(), work);
    Path data = directory.resolve("data");
    files.create(data, FileType.DIRECTORY, 0755, 0, 0);
    HostViewOptions options = HostViewOptions.DEFAULT.by(cases.identity);
    try (HostView root = HostView.open(files, data, HostViewOptions.DEFAULT)) {
      new KernelComparison(cases, "uid " + uid + ", seed " + SEED).run(temp, root, () -> {
        List<Attachment> mounts = new ArrayList<>();
        for (PosixCases.Binding bound : cases.bindings) {
          HostView view = HostView.open(files, place(files, data, bound.source()), options);
          mounts.add(new Attachment(names(bound.target()), view, bound.readOnly()));
        }
        return MountedView.of(HostView.open(files, data, options), mounts);
      });
    } finally {
      TestHost.delete(directory);
    }
  }

  private static List<Name> names(String path) {
    return List.of(path.split("/")).stream().map(Name::of).toList();
  }

  private static Path place(HostFiles files, Path root, String path) throws IOException {
    Path place = root;
    for (Name name : names(path)) {
      place = files.resolve(place, name);
    }
    return place;
  }

  /** Every operation on every path, and every one with two on every pair, each in a tree of its own. */
  private static PosixCases mountCases(Identity identity) {
    PosixCases cases = new PosixCases(identity);
    for (String path : PATHS) {
      for (String operation :
          List.of("unlink", "rmdir", "list", "stat", "write", "utimens", "xattrs")) {
        begin(cases).run(operation, path);
      }
      begin(cases).run("access", path, "w");
      begin(cases).run("open", path, "w");
      begin(cases).run("create", path, "644", "rw");
      begin(cases).run("mkdir", path, "755");
      begin(cases).run("mknod", path, "fifo", "644");
      begin(cases).run("symlink", path, "target");
      begin(cases).run("chmod", path, "700");
      begin(cases).run("chown", path, "7", "7");
      begin(cases).run("truncate", path, "10");
      begin(cases).run("setxattr", path, "user.x", "00", "SET");
      for (String other : PATHS) {
        begin(cases).run2("rename", path, other, 0);
        begin(cases).run2("rename", path, other, 1);
        begin(cases).run2("link", path, other);
      }
    }
    for (String path : EXCHANGED) {
      for (String other : EXCHANGED) {
        if (MOUNT_POINTS.contains(path) || MOUNT_POINTS.contains(other)) {
          begin(cases).run2("rename", path, other, 2);
        }
      }
    }
    return cases;
  }

  private static PosixCases begin(PosixCases cases) {
    PosixCases begun = cases.begin();
    for (String directory : List.of("vol", "vol/d", "m", "ro", "d", "e")) {
      begun.node("dir", directory, 0777, 0, 0);
    }
    for (String file : List.of("vol/f", "vol/d/f", "volfile", "fm", "f", "d/f")) {
      begun.node("file", file, 0666, 0, 0);
    }
    begun.bind("vol", "m", false);
    begun.bind("vol", "ro", true);
    begun.bind("volfile", "fm", false);
    return begun;
  }
}
