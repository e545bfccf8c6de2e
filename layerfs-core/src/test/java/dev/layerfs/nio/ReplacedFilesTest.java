package dev.layerfs.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A path means what has its name while an operation takes place: if that is replaced after it was looked up, the operation
 * is done with what took its place; if it is removed, there is no such file.
 */
final class ReplacedFilesTest {
  private static final int CHANGES = 1_000;

  private TestContainer container;
  private Path plain; // the root without races
  private RacingView view;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    container = TestContainer.inMemory(new TestImage());
    plain = container.root();
    ReplacedFileCases.fill(plain, "old");
    ReplacedFileCases.makeTarget(plain, "new");
    view = new RacingView(container.container().posix());
    root = LayerFileSystem.of(view, "racing").getPath("/");
  }

  @AfterEach
  void close() throws IOException {
    root.getFileSystem().close();
    container.close();
  }

  /** What others do with the files. */
  private interface Step {
    void take() throws IOException;
  }

  private static RacingView.Others others(Step step) {
    return () -> {
      try {
        step.take();
      } catch (IOException e) {
        throw new PosixException(Errno.EIO, "others", e);
      }
    };
  }

  static Stream<ReplacedFileCases> all() {
    return Stream.of(
            ReplacedFileCases.reading(), ReplacedFileCases.changing(), ReplacedFileCases.naming())
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatTookItsPlaceIsUsed(ReplacedFileCases operation) throws Exception {
    view.race(
        operation.file(),
        2,
        others(() -> ReplacedFileCases.replace(plain, operation.file(), "new")));
    assertEquals("new", operation.operation().in(root));
    assertTrue(view.left() < 2, "it was not looked up");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsGoneIsNoSuchFile(ReplacedFileCases operation) {
    Path file = plain.resolve(operation.file());
    view.race(operation.file(), 1, others(() -> Files.delete(file)));
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> operation.operation().in(root));
    assertNull(e.getReason());
  }

  @Test
  void anOpenerThatCreatesMakesTheFileAnew() throws IOException {
    view.race("file", 1, others(() -> Files.delete(plain.resolve("file"))));
    Files.newByteChannel(root.resolve("file"), WRITE, CREATE).close();
    assertEquals("", Files.readString(plain.resolve("file")));
  }

  @Test
  void aLinkBackOutOfADirectory() throws IOException {
    view.race("link", 2, others(() -> ReplacedFileCases.replace(plain, "link", "new")));
    Files.createFile(root.resolve("link/../made"));
    assertTrue(Files.exists(plain.resolve("made")));
  }

  /** Whoever is late each time is told so in the end. */
  @Test
  void thereIsAnEndToTrying() {
    Path file = root.resolve("file");
    RacingView.Others replacing = others(() -> ReplacedFileCases.replace(plain, "file", "new"));
    view.race("file", Integer.MAX_VALUE, replacing);
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Files.readString(file));
    assertEquals("Stale file handle", e.getReason());
    int lookups = Integer.MAX_VALUE - view.left();
    assertTrue(lookups <= 2 * StaleRetry.MAX_ATTEMPTS, () -> lookups + " lookups");
  }

  /** The same with threads: whoever only looks always finds one of the versions. */
  @Test
  void thoseWhoLookNeverFail() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> looking = () -> {
      int rounds = 0;
      do {
        for (ReplacedFileCases operation : ReplacedFileCases.reading()) {
          String version = operation.operation().in(plain);
          assertTrue(version.equals("old") || version.equals("new"), operation + ": " + version);
        }
        rounds++;
      } while (!done.get());
      return rounds;
    };
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> lookers = List.of(pool.submit(looking), pool.submit(looking));
      for (int i = 0; i < CHANGES; i++) {
        for (String file : List.of("file", "link", "directory")) {
          ReplacedFileCases.replace(plain, file, i % 2 == 0 ? "new" : "old");
        }
      }
      done.set(true);
      for (Future<Integer> looker : lookers) {
        assertTrue(looker.get() > 0);
      }
    } finally {
      done.set(true);
      pool.shutdown();
    }
  }
}
