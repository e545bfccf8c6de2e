package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.CheckReport.Status;
import dev.layerfs.error.InUseException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks, repairs and garbage collection go on while images and containers come and go, and take each other for nothing bad. */
final class MaintenanceConcurrencyTest {
  private static final int ROUNDS = 25;
  private static final StoreOptions FAST = StoreOptions.builder().unsafeNoSync().build();

  @TempDir
  Path temporary;

  private Path layout(String name) throws IOException {
    TestImage image = new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/base", "base"))
        .layer(new TarBuilder().file("etc/motd", name));
    return new TestLayout().image(name, image).write(temporary.resolve("layout-" + name));
  }

  @Test
  void row96EverythingAtOnce() throws Exception {
    Path directory = temporary.resolve("store");
    Path stays = layout("stays");
    List<Callable<Void>> tasks = new ArrayList<>();
    try (LayerStore store = LayerStore.open(directory, FAST);
        LayerStore other = LayerStore.open(directory, FAST)) {
      store.load(stays);
      for (String name : List.of("one", "two")) {
        Path layout = layout(name);
        tasks.add(() -> comeAndGo(store, name, layout));
      }
      tasks.add(() -> check(other, CheckOptions.DEFAULT));
      tasks.add(() -> check(store, CheckOptions.builder().repair().build()));
      tasks.add(() -> collect(other));
      tasks.add(() -> read(store));
      runAll(tasks);
      assertEquals(List.of(), store.maintenance().check(CheckOptions.DEFAULT).findings());
    }
  }

  private static Void comeAndGo(LayerStore store, String name, Path layout) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      Image image = store.load(layout).get(0);
      String container;
      try (Container made = store.create(image)) {
        assertEquals(name, Files.readString(made.root().resolve("etc/motd")));
        container = made.info().id();
      }
      remove(store, container);
      store.remove(name);
    }
    return null;
  }

  /** A check has a container's lock while it looks into it. */
  private static void remove(LayerStore store, String container) throws IOException {
    while (true) {
      try {
        store.removeContainer(container);
        return;
      } catch (InUseException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static Void check(LayerStore store, CheckOptions options) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      CheckReport report = store.maintenance().check(options);
      assertEquals(
          List.of(),
          report.findings().stream()
              .filter(finding ->
                  finding.status() == Status.DAMAGED || finding.status() == Status.REPAIRED)
              .toList());
    }
    return null;
  }

  private static Void collect(LayerStore store) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      store.maintenance().planGc();
      store.gc();
      store.maintenance().space();
      store.maintenance().explain("stays");
    }
    return null;
  }

  private static Void read(LayerStore store) throws IOException {
    for (int i = 0; i < 4 * ROUNDS; i++) {
      try (Rootfs root = store.image("stays").open()) {
        assertEquals("stays", Files.readString(root.root().resolve("etc/motd")));
      }
    }
    return null;
  }

  private static void runAll(List<Callable<Void>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<Void>> results = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        results.add(threads.submit(task));
      }
      for (Future<Void> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
