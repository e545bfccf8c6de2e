package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One store used by several threads, by several openers in a process, and by several processes. */
final class StoreConcurrencyTest {
  private static final int THREADS = 8;
  private static final String HELD = "held";
  private static final String REFUSED = "refused ";

  @TempDir
  Path temporary;

  private Path layout;
  private LayerStore store;

  @BeforeEach
  void openStore() throws IOException {
    byte[] content = new byte[2 << 20];
    new Random(1).nextBytes(content);
    TestImage image = new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/motd", "hello"))
        .layer(new TarBuilder().file("big", content));
    layout = new TestLayout().image("debian:12", image).write(temporary.resolve("layout"));
    store = open();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private LayerStore open() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }

  private Container create(String name) throws IOException {
    store.load(layout);
    return store.create(
        store.image("debian:12"), ContainerOptions.builder().name(name).build());
  }

  @Test
  void containerHasOneOpenerAmongTheStoresOfAProcess() throws IOException {
    try (LayerStore other = open()) {
      try (Container container = create("web")) {
        assertThrows(InUseException.class, () -> other.open("web"));
        assertThrows(InUseException.class, () -> other.removeContainer("web"));
        assertTrue(other.container("web").open());
      }
      other.open("web").close();
    }
  }

  @Test
  void containerIsNotOpenedWhileAnotherProcessHasIt() throws Exception {
    create("web").close();
    try (Child child = new Child("open")) {
      assertEquals(HELD, child.answer());
      InUseException inUse = assertThrows(InUseException.class, () -> store.open("web"));
      String process = "process " + child.process.pid();
      assertTrue(inUse.getMessage().contains(process), inUse.getMessage());
      assertTrue(store.container("web").open());
      child.end();
    }
    store.open("web").close();
  }

  /** Closing any descriptor of a file gives up all of a process's locks on it (fcntl(2)), so there must be only one. */
  @Test
  void row98LocksSurviveAnotherStoreThatIsClosedInTheSameProcess() throws Exception {
    try (Container container = create("web")) {
      open().close();
      try (Child child = new Child("open")) {
        String answer = child.answer();
        assertTrue(answer.startsWith(REFUSED), answer);
        assertTrue(answer.contains("process " + ProcessHandle.current().pid()), answer);
      }
      assertEquals("hello", Files.readString(container.root().resolve("etc/motd")));
    }
  }

  @Test
  void imageThatAnotherHasRemovedIsNotTakenForDamaged() throws IOException {
    store.load(layout);
    Image image = store.image("debian:12");
    try (LayerStore other = open()) {
      other.remove("debian:12");
    }
    assertThrows(NotFoundException.class, image::open);
    assertThrows(NotFoundException.class, () -> store.create(image));
    assertThrows(NotFoundException.class, () -> store.image("debian:12"));
  }

  @Test
  void containerOutlivesItsProcess() throws Exception {
    store.load(layout);
    try (Child child = new Child("create")) {
      assertEquals(HELD, child.answer());
      child.kill();
    }
    try (Container container = store.open("web")) {
      assertEquals("written", Files.readString(container.root().resolve("etc/motd")));
    }
  }

  @Test
  void ephemeralContainerOfAKilledProcessGoesWhenTheStoreIsOpened() throws Exception {
    store.load(layout);
    try (Child child = new Child("ephemeral")) {
      assertEquals(HELD, child.answer());
      open().close();
      assertTrue(store.container("web").open());
      child.kill();
    }
    assertFalse(store.container("web").open());
    try (LayerStore next = open()) {
      assertEquals(List.of(), next.containers());
      assertEquals(0, count(next.directory().resolve("layerfs/containers")));
      assertEquals(0, count(next.directory().resolve("layerfs/names")));
      assertEquals(2, count(next.directory().resolve("layerfs/staging")), "of two sessions");
      assertEquals(1, count(next.directory().resolve("layerfs/leases")), "of who has loaded");
    }
  }

  /** One without a name needs neither a lock nor a note: its record says who has it. */
  @Test
  void anEphemeralContainerIsItsMakersAsLongAsThatLives() throws Exception {
    store.load(layout);
    String id;
    try (Child child = new Child("nameless")) {
      assertEquals(HELD, child.answer());
      Path own = store.directory().resolve("layerfs");
      Files.createDirectory(own.resolve("staging/0123456789ab")); // of a dead session
      open().close(); // which clears away after that
      id = store.containers().get(0).id();
      assertTrue(store.container(id).open());
      InUseException inUse = assertThrows(InUseException.class, () -> store.open(id));
      assertTrue(inUse.getMessage().contains("process "), inUse.getMessage());
      assertThrows(InUseException.class, () -> store.removeContainer(id));
      Path record = own.resolve("containers").resolve(id).resolve("container.json");
      byte[] good = Files.readAllBytes(record);
      Files.write(record, Arrays.copyOf(good, good.length - 1));
      assertThrows(InUseException.class, () -> store.removeContainer(id), "it may be anybody's");
      Files.write(record, good);
      child.kill();
    }
    assertFalse(store.container(id).open());
    try (LayerStore next = open()) {
      assertEquals(List.of(), next.containers());
      assertEquals(0, count(next.directory().resolve("layerfs/containers")));
    }
  }

  @Test
  void threadsLoadTheSameImageAtOnce() throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Callable<List<Image>>> loads = new ArrayList<>();
    try (LayerStore other = open()) {
      for (int i = 0; i < THREADS; i++) {
        LayerStore loading = i % 2 == 0 ? store : other;
        loads.add(() -> {
          start.await();
          return loading.load(layout);
        });
      }
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      try {
        for (Future<List<Image>> load : pool.invokeAll(loads)) {
          assertEquals(store.images().get(0).digest(), load.get().get(0).digest());
        }
      } finally {
        pool.shutdown();
      }
    }
    requireOneSoundImage();
  }

  private void requireOneSoundImage() throws IOException {
    assertEquals(1, store.images().size());
    Path own = store.directory().resolve("layerfs");
    assertEquals(2, count(own.resolve("layers")));
    assertEquals(1, count(own.resolve("trees")));
    Path blobs = store.directory().resolve("blobs/sha256");
    assertEquals(4, count(blobs), "two layers, config, manifest");
    try (Stream<Path> found = Files.list(blobs)) {
      for (Path blob : found.toList()) {
        assertEquals(
            blob.getFileName().toString(),
            Digest.sha256(Files.readAllBytes(blob)).encoded());
      }
    }
    try (Stream<Path> staged = Files.walk(own.resolve("staging"), 2)) {
      assertEquals(2, staged.count(), "the directory itself and that of this session");
    }
    try (Rootfs root = store.image("debian:12").open()) {
      assertEquals("hello", Files.readString(root.root().resolve("etc/motd")));
    }
    assertEquals(0, store.gc().freedBytes());
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  /** A process that holds the container {@code web}. */
  private final class Child implements Closeable {
    private final Process process;
    private final BufferedReader output;

    Child(String how) throws IOException {
      process = new ProcessBuilder(ClassPath.current().java(Holder.class, store.directory(), how))
          .redirectError(temporary.resolve("errors").toFile())
          .start();
      output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Returns what it says of the container; waits until it does. */
    String answer() throws IOException, InterruptedException {
      String line = output.readLine();
      if (line == null) {
        process.waitFor();
        return "failed: " + Files.readString(temporary.resolve("errors"));
      }
      return line;
    }

    /** Has it close everything. */
    void end() throws Exception {
      process.getOutputStream().close();
      assertEquals(0, process.waitFor(), () -> "ended: " + process);
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      output.close();
    }
  }

  /** What the other process does: holds the container until its standard input ends. */
  static final class Holder {
    private Holder() {}

    /** Runs with the store's directory and how to come by the container. */
    public static void main(String[] arguments) throws IOException {
      try (OutputStream answer = new FileOutputStream(FileDescriptor.out);
          LayerStore store = LayerStore.open(Path.of(arguments[0]))) {
        try (Container container = hold(store, arguments[1])) {
          if (!arguments[1].equals("open")) {
            Files.writeString(container.root().resolve("etc/motd"), "written");
          }
          say(answer, HELD);
          System.in.transferTo(OutputStream.nullOutputStream());
        } catch (InUseException e) {
          say(answer, REFUSED + e.getMessage());
        }
      }
    }

    private static Container hold(LayerStore store, String how) throws IOException {
      if (how.equals("open")) {
        return store.open("web");
      }
      ContainerOptions.Builder options = ContainerOptions.builder();
      if (!how.equals("nameless")) {
        options.name("web");
      }
      return store.create(
          store.image("debian:12"),
          how.equals("create") ? options.build() : options.ephemeral().build());
    }

    private static void say(OutputStream answer, String line) throws IOException {
      answer.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      answer.flush();
    }
  }
}
