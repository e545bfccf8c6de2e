package dev.layerfs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that several threads change, watch and leave at the same time. */
final class WatchConcurrencyTest {
  private static final int WRITERS = 4;
  private static final int FILES = 300;

  @TempDir
  Path temporary;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private LayerStore store;
  private Container container;
  private Path shared;

  @BeforeEach
  void open() throws IOException {
    store = LayerStore.inMemory();
    TestImage image = new TestImage().layer(new TarBuilder().directory("shared/"));
    store.load(new TestLayout().image("watched:1", image).write(temporary.resolve("layout")));
    container = store.create(store.image("watched:1"));
    shared = container.root().resolve("shared");
  }

  @AfterEach
  void close() throws IOException {
    threads.shutdownNow();
    store.close();
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private List<Future<?>> start(int count, Work work) {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      Callable<Boolean> task = () -> {
        work.run(thread);
        return true;
      };
      all.add(threads.submit(task));
    }
    return all;
  }

  private static void await(List<Future<?>> all) throws Exception {
    for (Future<?> each : all) {
      each.get(2, TimeUnit.MINUTES);
    }
  }

  /** Every thread makes names of its own and deletes every second of them: what is told adds up to what is there. */
  @Test
  void nothingIsLostAndNothingInvented() throws Exception {
    try (WatchService service = shared.getFileSystem().newWatchService()) {
      WatchKey key = shared.register(service, ENTRY_CREATE, ENTRY_DELETE);
      List<Future<?>> writers = start(WRITERS, thread -> {
        for (int i = 0; i < FILES; i++) {
          Path file = shared.resolve(thread + "-" + i);
          Files.writeString(file, "x");
          if (i % 2 == 0) {
            Files.delete(file);
          }
        }
      });
      TreeSet<String> names = new TreeSet<>();
      int told = 0;
      while (told < WRITERS * FILES * 3 / 2) {
        assertEquals(key, service.poll(1, TimeUnit.MINUTES), "after " + told + " events");
        for (WatchEvent<?> event : key.pollEvents()) {
          told += event.count();
          if (event.kind() == OVERFLOW) {
            told = relist(names, writers);
            break;
          }
          String name = String.valueOf(event.context());
          assertTrue(event.kind() == ENTRY_CREATE ? names.add(name) : names.remove(name), name);
        }
        key.reset();
      }
      await(writers);
      assertEquals(list(), names);
    }
  }

  /** What a program does after OVERFLOW: it looks for itself. */
  private int relist(TreeSet<String> names, List<Future<?>> writers) throws Exception {
    await(writers);
    names.clear();
    names.addAll(list());
    return Integer.MAX_VALUE;
  }

  private TreeSet<String> list() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(shared)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  /** Whoever waits for a key sees every write, and its key knows by then what was written. */
  @Test
  void everyModificationIsCounted() throws Exception {
    for (int thread = 0; thread < WRITERS; thread++) {
      Files.createFile(shared.resolve("file" + thread));
    }
    try (WatchService service = shared.getFileSystem().newWatchService()) {
      WatchKey key = shared.register(service, ENTRY_MODIFY);
      List<Future<?>> writers = start(WRITERS, thread -> {
        try (var out = Files.newOutputStream(shared.resolve("file" + thread))) { // truncates
          for (int i = 0; i < FILES; i++) {
            out.write(i);
          }
        }
      });
      Map<String, Integer> counts = new HashMap<>();
      int told = 0;
      while (told < WRITERS * (FILES + 1)) {
        WatchKey next = service.poll(1, TimeUnit.MINUTES);
        assertNotNull(next, "after " + told + " events");
        for (WatchEvent<?> event : next.pollEvents()) {
          told += event.count();
          counts.merge(String.valueOf(event.context()), event.count(), Integer::sum);
        }
        key.reset();
      }
      await(writers);
      for (int thread = 0; thread < WRITERS; thread++) {
        assertEquals(FILES + 1, counts.get("file" + thread));
      }
    }
  }

  /** A directory comes and goes while others register it: a key is either refused or ends with the directory. */
  @Test
  void noKeyOutlivesItsDirectory() throws Exception {
    Path directory = shared.resolve("flickers");
    List<WatchKey> keys = new ArrayList<>();
    try (WatchService service = shared.getFileSystem().newWatchService()) {
      List<Future<?>> all = start(1, thread -> {
        for (int i = 0; i < FILES; i++) {
          Files.createDirectory(directory);
          Files.delete(directory);
        }
      });
      all.addAll(start(2, thread -> {
        for (int i = 0; i < FILES; i++) {
          try {
            WatchKey key = directory.register(service, ENTRY_CREATE);
            synchronized (keys) {
              keys.add(key);
            }
          } catch (NoSuchFileException e) {
            assertEquals(directory.toString(), e.getFile());
          }
        }
      }));
      await(all);
      for (WatchKey key : keys) {
        assertFalse(key.isValid());
      }
    }
  }

  @Test
  void closingWhileOthersWriteWaitAndRegister() throws Exception {
    for (int round = 0; round < 20; round++) {
      WatchService service = shared.getFileSystem().newWatchService();
      List<Future<?>> all = start(WRITERS, thread -> {
        Path file = shared.resolve("file" + thread);
        for (int i = 0; i < 50; i++) {
          Files.writeString(file, "x");
        }
      });
      all.addAll(start(2, thread -> {
        try {
          while (true) {
            shared.register(service, ENTRY_CREATE, ENTRY_MODIFY);
            WatchKey key = service.take();
            key.pollEvents();
            key.reset();
            key.cancel();
          }
        } catch (ClosedWatchServiceException e) {
          assertFalse(Thread.currentThread().isInterrupted());
        }
      }));
      all.get(0).get(1, TimeUnit.MINUTES);
      service.close();
      await(all);
    }
  }
}
