package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that change one thing at once, or while others look at it, have the same outcome through both backends. */
final class RacesTest {
  private static final int WRITERS = 16;
  private static final int BIG = 8 << 20;
  private static final int RENAMES = Scale.of(150, 500);
  private static final long LIMIT_SECONDS = 300;

  @TempDir
  Path directory;

  private BothBackends containers;

  @BeforeEach
  void makeStore() throws IOException {
    byte[] content = new byte[BIG];
    Arrays.fill(content, (byte) '.');
    TarBuilder files =
        new TarBuilder().file("big", content).file("a", "a").file("b", "b").directory("d/");
    containers = new BothBackends(directory, new TestImage().layer(files));
  }

  @AfterEach
  void closeStore() throws IOException {
    containers.close();
  }

  @ParameterizedTest
  @EnumSource
  void manyOpenOneFileOfTheImageForWriting(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path big = container.root().resolve("big");
      CyclicBarrier start = new CyclicBarrier(WRITERS);
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        byte mark = (byte) ('A' + i);
        long offset = (long) BIG / WRITERS * i;
        writers.add(() -> {
          start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
          try (FileChannel file = FileChannel.open(big, StandardOpenOption.WRITE)) {
            assertEquals(1, file.write(ByteBuffer.wrap(new byte[] {mark}), offset));
          }
          return null;
        });
      }
      together(writers);
      byte[] expected = new byte[BIG];
      Arrays.fill(expected, (byte) '.');
      for (int i = 0; i < WRITERS; i++) {
        expected[BIG / WRITERS * i] = (byte) ('A' + i);
      }
      assertEquals(-1, Arrays.mismatch(expected, Files.readAllBytes(big)));
    });
  }

  /** The listing of a small directory is one system call. */
  @ParameterizedTest
  @EnumSource
  void aFileThatIsRenamedHasOneName(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path one = container.root().resolve("a");
      Path other = container.root().resolve("z");
      whileLooking(
          () -> {
            for (int i = 0; i < RENAMES; i++) {
              Files.move(one, other);
              Files.move(other, one);
            }
          },
          () -> {
            try (Stream<Path> names = Files.list(container.root())) {
              List<String> found = names
                  .map(path -> path.getFileName().toString())
                  .filter(name -> name.equals("a") || name.equals("z"))
                  .toList();
              assertEquals(1, found.size(), found::toString);
            }
          });
    });
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatIsReplacedIsNeverMissing(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path name = container.root().resolve("a");
      Path next = container.root().resolve("a.lock");
      whileLooking(
          () -> {
            for (int i = 0; i < RENAMES; i++) {
              Files.writeString(next, "a");
              Files.move(next, name, StandardCopyOption.ATOMIC_MOVE);
            }
          },
          () -> assertEquals("a", Files.readString(name)));
    });
  }

  @ParameterizedTest
  @EnumSource
  void namesThatAreExchangedAreNeverMissing(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path one = container.root().resolve("a");
      Path other = container.root().resolve("b");
      whileLooking(() -> container.exchange("a", "b", RENAMES + 1), () -> {
        assertTrue(Files.exists(one));
        assertTrue(Files.exists(other));
      });
      assertEquals("b", Files.readString(one));
      assertEquals("a", Files.readString(other));
    });
  }

  /** A step of a race. */
  private interface Step {
    void run() throws Exception;
  }

  /** Changes something while two others look at it all the time. */
  private static void whileLooking(Step change, Step look) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CyclicBarrier start = new CyclicBarrier(3);
    Callable<Void> looking = () -> {
      start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      do {
        look.run();
      } while (!done.get());
      return null;
    };
    Callable<Void> changing = () -> {
      start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      try {
        change.run();
      } finally {
        done.set(true);
      }
      return null;
    };
    together(List.of(looking, looking, changing));
  }

  private static void together(List<Callable<Void>> jobs) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(jobs.size());
    try {
      for (Future<Void> job : threads.invokeAll(jobs, LIMIT_SECONDS, TimeUnit.SECONDS)) {
        job.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
