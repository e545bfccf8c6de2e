package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.changeset.Compression;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.RealImages;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other tools make of a committed image the tree that the container was, and of the same changes a layer of the same paths. */
final class CommitInteropTest {
  private static final String NAME = "docker.io/library/next:1";

  @TempDir
  private Path temporary;

  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root: unpacks owners, mounts");
    store = LayerStore.open(
        temporary.resolve("store"), StoreOptions.builder().unsafeNoSync().build());
    TarBuilder tar = new TarBuilder()
        .directory("etc/")
        .file("etc/motd", "hello")
        .file("etc/hosts", "localhost")
        .directory("usr/")
        .directory("usr/lib/")
        .directory("usr/lib/deep/")
        .file("usr/lib/deep/file", "deep")
        .directory("gone/")
        .file("gone/file", "gone")
        .file("one", "linked")
        .hardLink("two", "one");
    TestImage image = new TestImage().layer(tar);
    store.load(new TestLayout().image("base:1", image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    if (store != null) {
      store.close();
    }
  }

  /** Changes of most kinds. */
  private static void change(Path root) throws IOException {
    Files.writeString(root.resolve("etc/motd"), "changed");
    Files.delete(root.resolve("etc/hosts"));
    Files.writeString(root.resolve("usr/lib/deep/new"), "new");
    Files.delete(root.resolve("gone/file"));
    Files.delete(root.resolve("gone"));
    Files.createSymbolicLink(root.resolve("link"), root.getFileSystem().getPath("etc", "motd"));
    Files.createDirectories(root.resolve("added/directory"));
    Files.createLink(root.resolve("three"), root.resolve("one"));
  }

  /** Changes that need the level of POSIX. */
  private static void changeMore(Container container) throws IOException {
    PosixView view = container.posix();
    view.create(view.root(), Name.of("pipe"), FileType.FIFO, 0640, 0, 0);
    view.create(view.root(), Name.of("null"), FileType.CHARACTER_DEVICE, 0666, 1, 3);
    Path file =
        Files.writeString(container.root().resolve("\u00fcml\u00e4ut " + "x".repeat(180)), "x");
    Files.setAttribute(file, "unix:mode", 04755);
    Files.setAttribute(file, "unix:uid", 70_000);
    view.setXattr(
        view.lookup(view.root(), Name.of("one")),
        Name.of("user.note"),
        new byte[] {1, 0, '\n'},
        XattrFlag.SET);
  }

  @Test
  void umociUnpacksTheSameTree() throws Exception {
    Tool.assume("umoci");
    try (Container container = store.create(store.image("base:1"))) {
      change(container.root());
      changeMore(container);
      container.commit(NAME);
      Path bundle = temporary.resolve("bundle");
      run("umoci", "unpack", "--image", store.directory() + ":" + NAME, bundle.toString());
      assertSame(container, bundle.resolve("rootfs"));
    }
  }

  /** Of archives, one in each build. */
  static List<SaveFormat> archives() {
    return Scale.share(
        List.of(SaveFormat.OCI_ARCHIVE, SaveFormat.DOCKER_ARCHIVE),
        Seed.random(CommitInteropTest.class).nextInt(2),
        2);
  }

  @ParameterizedTest
  @MethodSource("archives")
  void podmanLoadsTheSameTree(SaveFormat format) throws Exception {
    Tool.assume("podman");
    Path storage = temporary.resolve("storage");
    List<String> podman = List.of(
        "podman",
        "--root",
        storage.toString(),
        "--runroot",
        temporary.resolve("run").toString(),
        "--storage-driver",
        "vfs");
    try (Container container = store.create(store.image("base:1"))) {
      change(container.root());
      changeMore(container);
      container.commit(NAME);
      Path archive = temporary.resolve("archive.tar");
      store.save(List.of(NAME), format, archive);
      run(with(podman, "load", "-i", archive.toString()));
      String mounted = run(with(podman, "image", "mount", NAME)).strip();
      assertSame(container, Path.of(mounted.lines().reduce((a, b) -> b).orElseThrow()));
      run(with(podman, "image", "umount", NAME));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci-archive", "docker-archive"})
  void skopeoCopiesWhatWasSaved(String transport) throws Exception {
    Tool.assume("skopeo");
    try (Container container = store.create(store.image("base:1"))) {
      change(container.root());
      Image image = container.commit(NAME);
      Path archive = temporary.resolve("archive.tar");
      boolean oci = transport.equals("oci-archive");
      store.save(List.of(NAME), oci ? SaveFormat.OCI_ARCHIVE : SaveFormat.DOCKER_ARCHIVE, archive);
      Path copy = temporary.resolve("copy");
      run("skopeo", "--insecure-policy", "copy", transport + ":" + archive, "oci:" + copy + ":x");
      try (LayerStore other = LayerStore.inMemory()) {
        Image copied = other.load(copy).get(0);
        assertEquals(image.config().diffIds(), copied.config().diffIds());
        if (oci) {
          assertEquals(image.digest(), copied.digest());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LayerCompression.class)
  void skopeoCopiesACommittedImageOutOfTheStore(LayerCompression compression) throws Exception {
    Tool.assume("skopeo");
    try (Container container = store.create(store.image("base:1"))) {
      change(container.root());
      Image image = container.commit(
          NAME, CommitOptions.builder().compression(compression).build());
      Path copy = temporary.resolve("copy");
      run(
          "skopeo",
          "--insecure-policy",
          "copy",
          "oci:" + store.directory() + ":" + NAME,
          "oci:" + copy + ":x");
      try (LayerStore other = LayerStore.inMemory()) {
        Image copied = other.load(copy).get(0);
        assertEquals(image.config().diffIds(), copied.config().diffIds());
        if (compression != LayerCompression.NONE) { // which skopeo compresses
          assertEquals(image.digest(), copied.digest());
        }
      }
    }
  }

  /** umoci finds out by comparing whole trees; directories that nothing changed in itself it leaves out. */
  @Test
  void umociRepacksToALayerOfTheSamePaths() throws Exception {
    Tool.assume("umoci");
    Path layout = temporary.resolve("repacked");
    store.save(List.of("base:1"), SaveFormat.OCI_LAYOUT, layout);
    String base = layout + ":docker.io/library/base:1";
    Path bundle = temporary.resolve("bundle");
    run("umoci", "unpack", "--image", base, bundle.toString());
    change(bundle.resolve("rootfs"));
    run("umoci", "repack", "--image", layout + ":repacked", bundle.toString());
    Map<String, ChangesetEntry.Kind> theirs;
    try (LayerStore other = LayerStore.inMemory()) {
      Image image =
          other.load(layout, LoadOptions.builder().select("repacked").build()).get(0);
      theirs = topLayer(layout, image);
    }
    try (Container container = store.create(store.image("base:1"))) {
      change(container.root());
      Map<String, ChangesetEntry.Kind> ours = topLayer(store.directory(), container.commit(NAME));
      assertEquals(withoutDirectories(theirs), withoutDirectories(ours));
      assertTrue(ours.keySet().containsAll(withoutRoot(theirs.keySet())), theirs + "\n" + ours);
    }
  }

  /** One of two tools takes them in each build. */
  private static boolean isDrawn(int tool) {
    return Scale.isFull() || Seed.random(CommitInteropTest.class).nextInt(2) == tool;
  }

  static List<Path> imagesForUmoci() throws IOException {
    return isDrawn(0) ? RealImages.some() : List.of();
  }

  static List<Path> imagesForBuildah() {
    return isDrawn(1) ? List.of(RealImages.ofOneLayer()) : List.of();
  }

  /** A hundred files or so of real images changed and removed, in a container and in what umoci has unpacked. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("imagesForUmoci")
  void umociRepacksRealImagesToLayersOfTheSamePaths(Path directory) throws Exception {
    Tool.assume("umoci");
    RealImages.assume();
    Path layout = temporary.resolve("real");
    Image image = store.load(directory.resolve("oci-gzip")).get(0);
    store.tag(image.digest().toString(), "real:1");
    store.save(List.of("real:1"), SaveFormat.OCI_LAYOUT, layout);
    Path bundle = temporary.resolve("bundle");
    run("umoci", "unpack", "--image", layout + ":docker.io/library/real:1", bundle.toString());
    try (Container container = store.create(image)) {
      List<String> files = someFiles(container.root());
      assertTrue(files.size() > 50, "only " + files.size() + " files to change");
      changeFiles(container.root(), files);
      changeFiles(bundle.resolve("rootfs"), files);
      run("umoci", "repack", "--image", layout + ":repacked", bundle.toString());
      Image repacked =
          store.load(layout, LoadOptions.builder().select("repacked").build()).get(0);
      Map<String, ChangesetEntry.Kind> theirs = topLayer(layout, repacked);
      Map<String, ChangesetEntry.Kind> ours = topLayer(store.directory(), container.commit(NAME));
      assertEquals(withoutDirectories(theirs), withoutDirectories(ours));
      assertTrue(ours.keySet().containsAll(withoutRoot(theirs.keySet())));
      run("rm", "-rf", bundle.toString()); // JUnit would warn of every link that leads out of it
    }
  }

  /** Of one layer, because buildah's driver {@code vfs} makes a copy of the tree for each. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("imagesForBuildah")
  void buildahCommitsARealImageToALayerOfTheSamePaths(Path directory) throws Exception {
    Tool.assume("buildah");
    RealImages.assume();
    List<String> buildah = List.of(
        "buildah",
        "--root",
        temporary.resolve("storage").toString(),
        "--runroot",
        temporary.resolve("run").toString(),
        "--storage-driver",
        "vfs");
    run(with(buildah, "from", "--quiet", "--name", "real", "oci:" + directory.resolve("oci-gzip")));
    Path mounted = Path.of(run(with(buildah, "mount", "real")).strip());
    Path layout = temporary.resolve("committed");
    try (Container container =
        store.create(store.load(directory.resolve("oci-gzip")).get(0))) {
      List<String> files = someFiles(container.root());
      assertTrue(files.size() > 50, "only " + files.size() + " files to change");
      changeFiles(container.root(), files);
      changeFiles(mounted, files);
      run(with(
          buildah,
          "commit",
          "--quiet",
          "--disable-compression=false",
          "real",
          "oci:" + layout + ":committed"));
      Image committed =
          store.load(layout, LoadOptions.builder().select("committed").build()).get(0);
      Map<String, ChangesetEntry.Kind> theirs = topLayer(layout, committed);
      Map<String, ChangesetEntry.Kind> ours = topLayer(store.directory(), container.commit(NAME));
      assertEquals(withoutDirectories(theirs), withoutDirectories(ours));
      assertEquals(theirs.keySet(), ours.keySet());
    } finally {
      run(with(buildah, "umount", "real"));
      run("rm", "-rf", temporary.resolve("storage").toString()); // links in it lead out of it
    }
  }

  /** Files that have one name, of ASCII: what a host's tools do with others is not the matter here. */
  private static List<String> someFiles(Path root) throws IOException {
    List<String> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.chars().allMatch(c -> c > ' ' && c < 0x7f))
          .sorted()
          .toList();
    }
    List<String> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i += Math.max(1, all.size() / 100)) {
      if (Files.getAttribute(root.resolve(all.get(i)), "unix:nlink").equals(1)) {
        some.add(all.get(i));
      }
    }
    return some;
  }

  private static void changeFiles(Path root, List<String> files) throws IOException {
    for (int i = 0; i < files.size(); i++) {
      Path file = root.resolve(files.get(i));
      if (i % 3 == 0) {
        Files.delete(file);
      } else {
        Files.writeString(file, "changed", StandardOpenOption.APPEND);
      }
      if (i % 5 == 0) {
        Files.writeString(file.resolveSibling("new " + i), "new");
      }
    }
  }

  /** Whatever a kernel writes to an upper is committed as the kernel shows it. */
  @Test
  void whatAKernelWroteIsCommitted() throws Exception {
    Tool.assume("umoci");
    Path layout = temporary.resolve("lower");
    store.save(List.of("base:1"), SaveFormat.OCI_LAYOUT, layout);
    Path bundle = temporary.resolve("bundle");
    run("umoci", "unpack", "--image", layout + ":docker.io/library/base:1", bundle.toString());
    String id;
    try (Container container = store.create(store.image("base:1"))) {
      id = container.info().id();
      Files.writeString(container.root().resolve("written"), "before"); // so that there is an upper
    }
    Path upper = store.directory().resolve("layerfs/containers").resolve(id);
    Path mount = Files.createDirectory(temporary.resolve("mount"));
    Path script = HostTreeDump.script(temporary);
    String options =
        "userxattr,index=off,metacopy=off,xino=off,lowerdir=" + bundle.resolve("rootfs")
            + ",upperdir=" + upper.resolve("upper") + ",workdir=" + upper.resolve("work");
    String commands = String.join(
        " && ",
        "mount -t overlay overlay -o " + options + " " + mount,
        "cd " + mount,
        "rm -r gone usr/lib",
        "mkdir gone usr/lib",
        "echo new > gone/new",
        "mv etc/motd etc/moved",
        "ln etc/hosts hosts",
        "chmod 4700 etc/hosts",
        "mkfifo pipe",
        "rm two",
        "mkdir two",
        "ln -s nowhere usr/lib/deep",
        "cd /",
        "python3 " + script + " " + mount);
    Map<String, String> kernel = HostTreeDump.lines(run("unshare", "-m", "sh", "-c", commands));
    try (Container container = store.open(id);
        Rootfs rootfs = container.commit(NAME).open()) {
      assertEquals(TreeDump.of(container.posix()), TreeDump.of(rootfs.posix()));
      Map<String, String> ours = TreeDump.of(rootfs.posix());
      kernel.remove("/");
      ours.remove("/");
      assertEquals(String.join("\n", kernel.values()), String.join("\n", ours.values()));
    }
  }

  private static Set<String> withoutRoot(Set<String> paths) {
    Set<String> rest = new TreeSet<>(paths);
    rest.remove("");
    return rest;
  }

  /** Of hard links each tool chooses itself which is the file; both are files here. */
  private static Map<String, String> withoutDirectories(Map<String, ChangesetEntry.Kind> layer) {
    Map<String, String> rest = new TreeMap<>();
    layer.forEach((path, kind) -> {
      if (kind != ChangesetEntry.Kind.DIRECTORY) {
        boolean file = kind == ChangesetEntry.Kind.FILE || kind == ChangesetEntry.Kind.HARD_LINK;
        rest.put(path, file ? "FILE" : kind.name());
      }
    });
    return rest;
  }

  private static Map<String, ChangesetEntry.Kind> topLayer(Path layout, Image image)
      throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    Path blob =
        layout.resolve(ImageLayout.blobPath(layers.get(layers.size() - 1).digest()));
    Map<String, ChangesetEntry.Kind> entries = new TreeMap<>();
    try (InputStream plain =
            Compression.GZIP.decompress(Files.newInputStream(blob), "layer", Limits.DEFAULT);
        ChangesetReader reader = new ChangesetReader(plain, "layer", Limits.DEFAULT)) {
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        String path = String.join("/", e.path().stream().map(Name::toString).toList());
        entries.put(path, e.kind());
      }
    }
    return entries;
  }

  private void assertSame(Container container, Path directory) throws IOException {
    Map<String, String> expected = TreeDump.of(container.posix());
    Map<String, String> actual = HostTreeDump.of(temporary, directory.toString());
    // The image says nothing of its root, and tools differ in what they make of that.
    expected.remove("/");
    actual.remove("/");
    assertEquals(String.join("\n", expected.values()), String.join("\n", actual.values()));
  }

  private static String[] with(List<String> command, String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return all.toArray(new String[0]);
  }

  private static String run(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    assertEquals(
        0, result.status(), () -> String.join(" ", command) + " failed: " + result.output());
    return result.output();
  }
}
