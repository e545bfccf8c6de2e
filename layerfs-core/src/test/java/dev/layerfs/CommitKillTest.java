package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is killed ({@code kill -9}, by strace) at one of the system calls that change a store, while it makes an image:
 * whoever opens the store next has the state before or the state after, and can do the same again. Some points of an
 * operation, others every time, of each operation at full {@link Scale}; {@code -Dlayerfs.kills} for more.
 */
final class CommitKillTest {
  private static final int KILLED = 128 + 9;
  private static final int KILLS = Integer.getInteger("layerfs.kills", Scale.of(1, 3));
  private static final String CALLS =
      "mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,ftruncate";
  private static final String NEXT = "docker.io/library/next:1";
  private static final List<String> IMAGES =
      List.of("blobs", "index.json", "layerfs/layers", "layerfs/trees");
  private static final int CONTENT = 300_000;

  @TempDir
  private Path temporary;

  private Path before;
  private Path killed;
  private Digest expected;

  @BeforeEach
  void prepare() throws IOException {
    Tool.assume("strace");
    assumeTrue(canTrace(), "strace may not trace here");
    before = temporary.resolve("before");
    killed = temporary.resolve("killed");
    byte[] content = new byte[CONTENT];
    new Random(1).nextBytes(content);
    TestImage image = new TestImage().layer(new TarBuilder().file("file", content));
    Path layout = new TestLayout().image("base:1", image).write(temporary.resolve("layout"));
    try (LayerStore store = LayerStore.open(before)) {
      ContainerOptions named = ContainerOptions.builder().name("c").build();
      try (Container container = store.create(store.load(layout).get(0), named)) {
        Path root = container.root();
        Files.delete(root.resolve("file"));
        Files.write(root.resolve("new"), content);
        Files.createDirectory(root.resolve("directory"));
      }
    }
  }

  private static boolean canTrace() throws IOException {
    return Tool.run(List.of("strace", "-f", "--seccomp-bpf", "-e", "trace=fsync", "true"))
            .status()
        == 0;
  }

  /** One of them in each build. */
  static List<String> operations() {
    List<String> operations = new ArrayList<>(List.of("commit", "build", "save"));
    Collections.shuffle(operations, Seed.random(CommitKillTest.class));
    return operations.subList(0, Scale.of(1, operations.size()));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void isMadeOrNotAndCanBeMadeAgain(String operation) throws IOException {
    copyStore();
    expected = Program.run(operation, killed);
    Map<String, Long> after = files();
    int calls = count(operation);
    Random random = Seed.random(CommitKillTest.class);
    int kills = 0;
    for (int attempt = 0; kills < Math.min(KILLS, calls); attempt++) {
      assertTrue(attempt < 10 * KILLS, "nothing was killed");
      int point = 1 + random.nextInt(calls);
      String where = operation + " killed at call " + point + " of " + calls;
      copyStore();
      Tool.Result result = run(operation, "inject=" + CALLS + ":signal=KILL:when=" + point);
      kills += result.status() == KILLED ? 1 : 0; // another run may make some calls less
      requireBeforeOrAfter(where + ": " + result.output());
      assertEquals(expected, Program.run(operation, killed), where);
      assertEquals(after, files(), where);
    }
  }

  /** How many of the calls one thread makes, the one that makes most of them. */
  private int count(String operation) throws IOException {
    copyStore();
    Path trace = temporary.resolve("trace");
    Tool.Result result = run(operation, "trace=" + CALLS, "-o", trace.toString());
    assertEquals(0, result.status(), result.output());
    Map<String, Integer> threads = new TreeMap<>();
    for (String line : Files.readAllLines(trace)) {
      if (line.contains("(")) {
        threads.merge(line.substring(0, line.indexOf(' ')), 1, Integer::sum);
      }
    }
    return threads.values().stream().max(Integer::compare).orElseThrow();
  }

  private Tool.Result run(String operation, String expression, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "--seccomp-bpf"));
    command.addAll(List.of("-e", expression));
    command.addAll(List.of(options));
    command.addAll(ClassPath.current().java(Program.class, operation, killed));
    return Tool.run(command);
  }

  private void copyStore() throws IOException {
    Tool.run(List.of("rm", "-rf", killed.toString(), Program.target(killed).toString()));
    Tool.Result copied = Tool.run(List.of("cp", "-a", before.toString(), killed.toString()));
    assertEquals(0, copied.status(), copied.output());
  }

  private void requireBeforeOrAfter(String where) throws IOException {
    try (LayerStore store = LayerStore.open(killed)) {
      assertEquals(Map.of(), new TreeMap<>(damaged(store)), where);
      assertEquals(1, store.containers().size(), where);
      try {
        assertEquals(expected, store.image(NEXT).digest(), where);
      } catch (NotFoundException e) {
        assertEquals(1, store.images().size(), where);
      }
    }
  }

  /** Reads every image and the container. */
  private static Map<String, String> damaged(LayerStore store) throws IOException {
    Map<String, String> damaged = new TreeMap<>();
    for (Image image : store.images()) {
      try (Rootfs rootfs = image.open()) {
        TreeDump.of(rootfs.posix());
      } catch (IOException e) {
        damaged.put(image.digest().toString(), e.toString());
      }
    }
    try (Container container = store.open("c")) {
      assertTrue(Files.exists(container.root().resolve("directory")));
      assertEquals(CONTENT, Files.size(container.root().resolve("new")));
    }
    return damaged;
  }

  /** What there is of images in the store; what a container has written may lie elsewhere after a commit. */
  private Map<String, Long> files() throws IOException {
    try (LayerStore store = LayerStore.open(killed)) {
      store.gc();
    }
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(killed)) {
      for (Path file : walk.toList()) {
        String name = killed.relativize(file).toString();
        if (IMAGES.stream().anyMatch(name::startsWith)) {
          files.put(name, Files.isDirectory(file) ? 0 : Files.size(file));
        }
      }
    }
    return files;
  }

  /** Makes an image in a store, or saves one. */
  static final class Program {
    private Program() {}

    /** Runs with the operation and the store's directory. */
    public static void main(String[] arguments) throws IOException {
      run(arguments[0], Path.of(arguments[1]));
    }

    static Path target(Path directory) {
      return directory.resolveSibling("saved");
    }

    static Digest run(String operation, Path directory) throws IOException {
      try (LayerStore store = LayerStore.open(directory)) {
        switch (operation) {
          case "commit" -> {
            try (Container container = store.open("c")) {
              return container.commit(NEXT).digest();
            }
          }
          case "build" -> {
            return ImageBuilder.from(store.image("base:1"))
                .file("/etc/motd", new byte[CONTENT])
                .build(NEXT)
                .digest();
          }
          default -> {
            Path target = target(directory);
            store.save(List.of("base:1"), SaveFormat.OCI_ARCHIVE, target);
            return Digest.sha256(Files.readAllBytes(target));
          }
        }
      }
    }
  }
}
