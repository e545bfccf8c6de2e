package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.InUseException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of containers that a kernel shows, of every kind, and what the view shows of them. Needs root. */
final class VolumeMountsTest {
  private static final String IMAGE = "debian:12";
  private static final long SIZE = 1 << 20;
  private static final String CANARY = "c4nary-0f-the-v0lume";

  @TempDir
  Path temporary;

  private Path directory;
  private Path target;
  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    directory = temporary.resolve("store");
    target = Files.createDirectory(temporary.toRealPath().resolve("a target, with: \\ everything"));
    store = LayerStore.open(directory);
    MountSupport support = store.mountSupport();
    assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
    TestImage image = new TestImage()
        .layer(new TarBuilder()
            .directory("etc/")
            .file("etc/motd", "hello")
            .directory("var/")
            .directory("var/lib/")
            .directory("var/lib/data/")
            .file("var/lib/data/seed", "from the image")
            .symlink("config", "/")
            .directory("run/"));
    store.load(new TestLayout().image(IMAGE, image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void nothingIsLeftMounted() throws IOException {
    for (Mount mount : store.mounts()) {
      mount.unmountLazily();
    }
    store.close();
    assertEquals(Set.of(), mountTable());
  }

  private Set<String> mountTable() throws IOException {
    Set<String> targets = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String at = line.split(" ", -1)[4];
      if (at.startsWith(temporary.toRealPath().toString())) {
        targets.add(at);
      }
    }
    return targets;
  }

  private static ContainerOptions.Builder named(String name) {
    return ContainerOptions.builder().name(name);
  }

  private Container create(ContainerOptions.Builder options) throws IOException {
    return store.create(store.image(IMAGE), options.build());
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectories(temporary.toRealPath().resolve(name));
  }

  private static String shell(String script, Path... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
    return result.output().strip();
  }

  @Test
  void aNamedVolumeIsSharedByViewsAndMounts() throws IOException {
    Path second = directory("second");
    try (Container viewed = create(named("viewed").volume("data", "/data"));
        Mount one = create(named("one").volume("data", "/var/lib/data")).mount(target);
        Mount other = create(named("other").volume("data", "/srv/deep/data")).mount(second)) {
      assertEquals("from the image", shell("cat \"$1\"/var/lib/data/seed", target));
      shell("echo shell >\"$1\"/var/lib/data/new; chown 5:6 \"$1\"/var/lib/data/new", target);
      Path data = viewed.root().resolve("data");
      assertEquals("shell\n", Files.readString(data.resolve("new")));
      assertEquals(5, Files.getAttribute(data.resolve("new"), "unix:uid"));
      Files.writeString(data.resolve("java"), "by Java");
      assertEquals("by Java", shell("cat \"$1\"/srv/deep/data/java", second));
      shell("rm \"$1\"/srv/deep/data/java", second);
      assertFalse(Files.exists(data.resolve("java")));
      assertEquals(2, store.mounts().size());
      assertEquals(target, one.target());
      assertEquals(second, other.target());
    }
    store.removeContainer("one");
    store.removeContainer("other");
    store.removeContainer("viewed");
    try (Rootfs left = store.volumes().get("data").open()) {
      assertEquals("shell\n", Files.readString(left.root().resolve("new")));
    }
  }

  @Test
  void whatIsInVolumesIsNoPartOfTheContainer() throws IOException {
    Path host = directory("host");
    Mount mount = create(named("c").volume("data", "/var/lib/data").bind(host, "/mnt/host"))
        .mount(target);
    shell("echo x >\"$1\"/var/lib/data/x; echo y >\"$1\"/mnt/host/y", target);
    mount.close();
    assertEquals("y\n", Files.readString(host.resolve("y")));
    try (Container container = store.open("c")) {
      List<String> changed = new ArrayList<>();
      container.changes().forEach(change -> changed.add(change.path()));
      assertEquals(List.of("/mnt", "/mnt/host"), changed);
      assertEquals("x\n", Files.readString(container.root().resolve("var/lib/data/x")));
      assertEquals("y\n", Files.readString(container.root().resolve("mnt/host/y")));
    }
  }

  @Test
  void hostPathsOfAllKinds() throws IOException {
    Path host = directory("host");
    Files.createDirectories(host.resolve("sub/deeper"));
    Files.writeString(host.resolve("sub/deeper/file"), "deep");
    Files.writeString(host.resolve("file"), "single");
    Mount mount = create(named("c")
            .volume(VolumeMount.bind(host, "/ro").asReadOnly())
            .volume(VolumeMount.bind(host, "/part").at("sub/deeper"))
            .volume(VolumeMount.bind(host.resolve("file"), "/etc/motd")))
        .mount(target);
    assertEquals("deep", shell("cat \"$1\"/part/file", target));
    assertEquals("single", shell("cat \"$1\"/etc/motd", target));
    assertThrows(FileSystemException.class, () -> Files.createFile(target.resolve("ro/refused")));
    shell("echo changed >\"$1\"/etc/motd", target);
    assertEquals("changed\n", Files.readString(host.resolve("file")));
    mount.close();
  }

  /** Rows 107: the image says that /config is /; and nothing is mounted on the container's root. */
  @Test
  void anImageCantHaveItsRootCovered() throws IOException {
    Path host = directory("host");
    PosixException refused = assertThrows(
        PosixException.class, () -> create(named("c").bind(host, "/config")).mount(target));
    assertEquals(Errno.EINVAL, refused.errno(), refused.getMessage());
    Mount mount = create(named("d").bind(host, "/config/inside")).mount(target);
    assertTrue(mountTable().stream().anyMatch(at -> at.endsWith("/inside")));
    mount.close();
  }

  @Test
  void nestedInWhateverOrderTheyAreGiven() throws IOException {
    Path host = directory("host");
    Mount mount = create(named("c")
            .volume("inner", "/run/app/data")
            .bind(host, "/run/app/data/host")
            .tmpfs("/run", SIZE))
        .mount(target);
    shell("echo a >\"$1\"/run/app/data/a; echo h >\"$1\"/run/app/data/host/h", target);
    assertEquals("h\n", Files.readString(host.resolve("h")));
    try (Rootfs volume = store.volumes().get("inner").open()) {
      assertEquals("a\n", Files.readString(volume.root().resolve("a")));
      assertFalse(Files.exists(volume.root().resolve("host/h")));
    }
    mount.close();
    assertEquals(Set.of(), mountTable());
  }

  /** Neither the kernel's nor the heap's: the canary is in no file of the store, nor among the temporary ones. */
  @Test
  void whatIsInMemoryIsNeverOnDisk() throws IOException {
    try (Container container = create(named("c").tmpfs("/run", SIZE))) {
      Files.writeString(container.root().resolve("run/secret"), CANARY);
      assertNowhere();
      Mount mount = container.mount(target);
      assertFalse(Files.exists(target.resolve("run/secret")), "it is another file system");
      shell("echo \"$2\" >\"$1\"/run/secret; sync", target, Path.of(CANARY));
      assertNowhere();
      Path full = target.resolve("run/full");
      assertThrows(IOException.class, () -> Files.write(full, new byte[(int) SIZE + 1]));
      mount.close();
      assertNowhere();
    }
    Mount again = store.mount("c", target, MountOptions.DEFAULT);
    assertFalse(Files.exists(target.resolve("run/secret")));
    again.close();
  }

  private void assertNowhere() throws IOException {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    Tool.Result found = Tool.run(List.of(
        "grep",
        "--recursive",
        "--files-with-matches",
        "--devices=skip",
        "--exclude-dir=" + target.getFileName(),
        CANARY,
        directory.toString()));
    assertEquals(1, found.status(), found.output());
    List<String> search =
        new ArrayList<>(List.of("grep", "--files-with-matches", "--no-messages", CANARY));
    search.add(directory.resolve("none").toString()); // or without any file it reads its input
    try (var files = Files.list(temp)) {
      files.filter(Files::isRegularFile).map(Path::toString).forEach(search::add);
    }
    assertEquals("", Tool.run(search).output(), "others may delete theirs meanwhile");
  }

  @Test
  void aFileSystemOfTheKernelIsMountedOnceForAll() throws IOException {
    store
        .volumes()
        .create(
            "kernel",
            VolumeOptions.builder()
                .driver(new VolumeOptions.KernelMount("tmpfs", "shared", List.of("size=64k")))
                .build());
    assertEquals(Set.of(), mountTable());
    Path second = directory("second");
    try (Container viewed = create(named("viewed").volume("kernel", "/data"));
        Mount one = create(named("one").volume("kernel", "/data")).mount(target);
        Mount other = create(named("other").volume("kernel", "/data")).mount(second)) {
      Files.writeString(viewed.root().resolve("data/file"), "shared");
      assertEquals("shared", Files.readString(one.target().resolve("data/file")));
      assertEquals("shared", Files.readString(other.target().resolve("data/file")));
      viewed.close();
      one.close();
      assertEquals("shared", Files.readString(other.target().resolve("data/file")));
      try (Container again = store.open("viewed")) {
        assertEquals("shared", Files.readString(again.root().resolve("data/file")));
      }
    }
    assertEquals(Set.of(), mountTable());
    for (String name : List.of("viewed", "one", "other")) {
      store.removeContainer(name);
    }
    store.volumes().remove("kernel");
  }

  @Test
  void aFileSystemOfADeviceKeepsItsContent() throws IOException {
    Tool.assume("mkfs.ext4");
    Path image = temporary.resolve("image");
    shell("truncate -s 8M \"$1\"; mkfs.ext4 -q \"$1\"", image);
    store
        .volumes()
        .create(
            "disk",
            VolumeOptions.builder()
                .driver(new VolumeOptions.KernelMount(
                    "ext4", image.toString(), List.of("loop", "sync")))
                .build());
    try (Container container = create(named("c").volume("disk", "/data"))) {
      Files.writeString(container.root().resolve("data/file"), "kept");
    }
    assertEquals(Set.of(), mountTable());
    Mount mount = store.mount("c", target, MountOptions.DEFAULT);
    assertEquals("kept", Files.readString(target.resolve("data/file")));
    mount.close();
  }

  @Test
  void aPasswordIsNotInWhatIsToldOfAFailure() throws IOException {
    store
        .volumes()
        .create(
            "share",
            VolumeOptions.builder()
                .driver(new VolumeOptions.KernelMount(
                    "tmpfs", "//me:" + CANARY + "@host/x", List.of("password=" + CANARY)))
                .build());
    IOException refused =
        assertThrows(IOException.class, () -> create(named("c").volume("share", "/data")));
    for (Throwable t = refused; t != null; t = t.getCause()) {
      assertFalse(String.valueOf(t.getMessage()).contains(CANARY), t.toString());
    }
    assertFalse(store.volumes().list().toString().contains(CANARY));
    assertEquals(Set.of(), mountTable());
  }

  @Test
  void whatIsInTheHeapIsShownByTheViewOnly() throws IOException {
    try (FileSystem heap = Jimfs.newFileSystem(Configuration.unix())) {
      Path place = Files.createDirectory(heap.getPath("/place"));
      try (Container container = create(named("c").bind(place, "/data"))) {
        Files.writeString(container.root().resolve("data/file"), "in the heap");
        PosixException refused = assertThrows(PosixException.class, () -> container.mount(target));
        assertEquals(Errno.ENOTSUP, refused.errno(), refused.getMessage());
      }
      assertEquals(Set.of(), mountTable());
      assertEquals("in the heap", Files.readString(place.resolve("file")));
      store.open("c").close();
    }
  }

  @Test
  void aFailureLeavesNothingMounted() throws IOException {
    Path host = directory("host");
    try (Container container =
        create(named("c").volume("data", "/data").bind(host, "/var/lib/host"))) {
      Files.delete(host);
      assertThrows(IOException.class, () -> container.mount(target));
    }
    assertEquals(Set.of(), mountTable());
    Files.createDirectory(host);
    store.open("c").close();
    store.mount("c", target, MountOptions.DEFAULT).close();
  }

  @Test
  void whoUsesAVolumeKeepsTheContainerMountedWithAllOfThem() throws IOException {
    Mount mount = create(named("c").volume("data", "/data").tmpfs("/run", SIZE)).mount(target);
    Files.writeString(target.resolve("run/secret"), CANARY);
    try (var open = Files.newInputStream(target.resolve("run/secret"))) {
      assertEquals(CANARY.charAt(0), open.read());
      InUseException busy = assertThrows(InUseException.class, mount::close);
      assertTrue(busy.getMessage().contains("run/secret"), busy.getMessage());
    }
    assertEquals(CANARY, Files.readString(target.resolve("run/secret")));
    assertEquals(1, store.mounts().size());
    mount.close();
    assertEquals(Set.of(), mountTable());
  }

  @Test
  void lazilyAllGoAtOnce() throws IOException {
    Mount mount = create(named("c").volume("data", "/data").tmpfs("/run", SIZE)).mount(target);
    mount.unmountLazily();
    assertEquals(Set.of(), mountTable());
    store.open("c").close();
  }

  @Test
  void anEphemeralContainerTakesItsOwnVolumesWithIt() throws IOException {
    Mount mount = create(
            ContainerOptions.builder().ephemeral().volume("data", "/data").tmpfs("/run", SIZE))
        .mount(target);
    mount.close();
    assertEquals(List.of(), store.containers());
    assertEquals(1, store.volumes().list().size());
  }

  @Test
  void aPlanSaysWhereTheVolumesCome() throws IOException {
    Path host = directory("host");
    create(named("c")
            .volume(VolumeMount.bind(host, "/config/mnt").asReadOnly())
            .volume("data", "/var/lib/data")
            .tmpfs("/run", SIZE))
        .close();
    MountPlan plan = store.mountPlan("c", MountOptions.DEFAULT);
    List<MountPlan.Step> steps = plan.volumes();
    assertEquals(
        List.of("/run", "/mnt", "/var/lib/data"),
        steps.stream().map(step -> step.target().orElseThrow()).toList());
    assertEquals("tmpfs", steps.get(0).type());
    assertTrue(steps.get(0).options().containsAll(List.of("size=" + SIZE, "noexec", "rw")));
    assertEquals(host.toString(), steps.get(1).source());
    assertEquals(List.of("rbind", "rprivate", "ro"), steps.get(1).options());
    Path data = directory.toRealPath().resolve("layerfs/volumes/data/data");
    assertEquals(
        new MountPlan.Step(
            "none",
            data.toString(),
            Optional.of("/var/lib/data"),
            List.of("rbind", "rprivate", "rw")),
        steps.get(2));
    assertEquals(Optional.empty(), plan.steps().get(plan.steps().size() - 1).target());
  }
}
