package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.oci.ChainId;
import dev.layerfs.testing.RealImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link RealImages}: every object of the tree in the view is what {@code umoci unpack} makes of the same image, and what the
 * kernel shows on the image tree.
 */
final class RealImageTest {
  @TempDir
  static Path scratch;

  @BeforeAll
  static void needsRootAndPeers() {
    RealImages.assume();
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root: umoci and mount");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/umoci")), "needs umoci");
  }

  @DisplayName("MAN-19: the layers applied, as other tools apply them")
  @ParameterizedTest
  @MethodSource("dev.layerfs.testing.RealImages#some")
  void theTreeIsWhatUmociUnpacksAndWhatTheKernelShows(Path directory) throws Exception {
    Path storeDirectory = scratch.resolve("store-" + directory.getFileName());
    try (LayerStore store =
        LayerStore.open(storeDirectory, StoreOptions.builder().unsafeNoSync().build())) {
      Image image = load(store, directory.resolve("oci-gzip"));
      Map<String, String> view;
      try (Rootfs rootfs = image.open()) {
        view = TreeDump.of(rootfs.posix());
      }
      try (Container container =
          store.create(image, ContainerOptions.builder().ephemeral().build())) {
        assertSame("an untouched container", view, TreeDump.of(container.posix()));
      }
      assertSame(
          "umoci unpack", unpackedByUmoci(directory.resolve("oci-gzip")), asUmociHasIt(view));
      assertSame(
          "the kernel's mount of the image tree", mountedByTheKernel(storeDirectory, image), view);

      Image fromZstd = load(store, directory.resolve("oci-zstd"));
      assertEquals(image.config().diffIds(), fromZstd.config().diffIds());
      Image fromDocker = load(store, directory.resolve("docker-archive.tar"));
      assertEquals(image.config().diffIds(), fromDocker.config().diffIds());
    }
  }

  /**
   * The one difference there is: umoci's tar reader takes a pax record with an empty value for no record, so attributes with
   * empty values are lost there. GNU tar keeps them, and so does layerfs.
   */
  private static Map<String, String> asUmociHasIt(Map<String, String> view) {
    Map<String, String> same = new TreeMap<>(view);
    same.replaceAll((path, line) -> line.replace(",user.empty=", ""));
    return same;
  }

  private static Image load(LayerStore store, Path source) throws IOException {
    List<Image> loaded = store.load(source);
    assertEquals(1, loaded.size());
    return loaded.get(0);
  }

  private static Map<String, String> unpackedByUmoci(Path layout) throws Exception {
    Path bundle = scratch.resolve("bundle-" + layout.getParent().getFileName());
    run("umoci", "unpack", "--image", layout + ":latest", bundle.toString());
    try {
      return dump(bundle.resolve("rootfs").toString());
    } finally {
      run("rm", "-rf", bundle.toString());
    }
  }

  /** Mounts in a mount namespace of its own, so that nothing is left mounted whatever happens. */
  private static Map<String, String> mountedByTheKernel(Path store, Image image) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--erofs"));
    String chain = ChainId.of(image.config().diffIds()).digest().encoded();
    arguments.add(store.resolve("layerfs/trees/" + chain + ".erofs").toString());
    for (LayerInfo layer : image.layers()) {
      String diffId = layer.diffId().digest().encoded();
      arguments.add(store.resolve("layerfs/layers/" + diffId + "/layer.erofs").toString());
    }
    return dump(arguments.toArray(new String[0]));
  }

  private static Map<String, String> dump(String... arguments) throws IOException {
    return HostTreeDump.of(scratch, arguments);
  }

  private static String run(String... command) throws Exception {
    Path output = Files.createTempFile(scratch, "output", ".txt");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    int exit = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(
        0,
        exit,
        () -> String.join(" ", command) + " failed: " + text.lines().limit(20).toList());
    return text;
  }

  private static void assertSame(
      String what, Map<String, String> expected, Map<String, String> actual) {
    Map<String, String> differences = new LinkedHashMap<>();
    expected.forEach((path, line) -> {
      if (!line.equals(actual.get(path))) {
        differences.put(path, "\n  " + what + ": " + line + "\n  the view: " + actual.get(path));
      }
    });
    actual.forEach((path, line) -> {
      if (!expected.containsKey(path)) {
        differences.put(path, "\n  " + what + ": nothing\n  the view: " + line);
      }
    });
    assertTrue(expected.size() > 1_000, what + " has only " + expected.size() + " objects");
    assertTrue(
        differences.isEmpty(),
        () -> differences.size() + " of " + expected.size() + " objects differ: "
            + differences.values().stream().limit(20).toList());
  }
}
