package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What takes long tells how far it is, and can be cancelled: by its listener, and by an interrupt of its thread. */
final class LongWorkTest {
  /** The listener is told of every MiB. */
  private static final int BYTES = 3 << 20;

  private static final String IMAGE = "team/base:1";

  @TempDir
  Path temporary;

  /** What takes long, but for what a registry or an archive is needed for, which have tests of their own. */
  private enum Work {
    COMMIT {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        container.commit(
            "team/new:1", CommitOptions.builder().progress(listener).build());
      }
    },
    BUILD {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        ImageBuilder.from(store.image(IMAGE))
            .file("/more", random(2))
            .progress(listener)
            .build("team/new:1");
      }
    },
    SAVE_OCI_ARCHIVE {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        Path target = directory.resolve("oci.tar");
        store.save(List.of(IMAGE), SaveFormat.OCI_ARCHIVE, target, listener);
      }
    },
    SAVE_OCI_LAYOUT {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        Path target = Files.createTempDirectory(directory, "layout");
        store.save(List.of(IMAGE), SaveFormat.OCI_LAYOUT, target, listener);
      }
    },
    SAVE_DOCKER_ARCHIVE {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        Path target = directory.resolve("docker.tar");
        store.save(List.of(IMAGE), SaveFormat.DOCKER_ARCHIVE, target, listener);
      }
    },
    EXPORT_CONTAINER {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        container.export(OutputStream.nullOutputStream(), listener);
      }
    },
    EXPORT_IMAGE {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        try (Rootfs rootfs = store.image(IMAGE).open()) {
          rootfs.export(OutputStream.nullOutputStream(), listener);
        }
      }
    },
    CHECK {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        CheckOptions options = CheckOptions.builder().progress(listener).build();
        CheckReport report = store.maintenance().check(options);
        assertTrue(report.isHealthy(), report::toString);
      }
    },
    REPAIR {
      @Override
      void run(LayerStore store, Container container, Path directory, ProgressListener listener)
          throws IOException {
        try (Stream<Path> trees = Files.list(store.directory().resolve("layerfs/trees"))) {
          Files.write(trees.findFirst().orElseThrow(), new byte[] {1});
        }
        CheckOptions options =
            CheckOptions.builder().repair().progress(listener).build();
        CheckReport report = store.maintenance().check(options);
        assertTrue(report.isHealthy(), report::toString);
      }
    };

    abstract void run(
        LayerStore store, Container container, Path directory, ProgressListener listener)
        throws IOException;
  }

  /** A store with one image and a container of it to which something was written, in use by a test. */
  private interface Use {
    void accept(LayerStore store, Container container) throws IOException;
  }

  private void inStore(Use use) throws IOException {
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(temporary.resolve("store"), fast)) {
      Image image = ImageBuilder.scratch(store, Platform.parse("linux/amd64"))
          .file("/big", random(1))
          .build(IMAGE);
      try (Container container = store.create(image)) {
        Files.write(container.root().resolve("written"), random(3));
        use.accept(store, container);
      }
    }
  }

  private static byte[] random(int seed) {
    byte[] content = new byte[BYTES];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** Cancelled in each way, it leaves the store as it was; then it runs to its end. */
  @ParameterizedTest
  @EnumSource
  void canBeCancelledAndTellsHowFarItIs(Work work) throws IOException {
    Thread worker = Thread.currentThread();
    inStore((store, container) -> {
      ProgressListener cancelling = (what, doneBytes, totalBytes) -> {
        throw new CancellationException();
      };
      assertThrows(
          CancellationException.class, () -> work.run(store, container, temporary, cancelling));
      requireAsBefore(store);
      requireInterrupted(
          work, store, container, (what, doneBytes, totalBytes) -> worker.interrupt());
      requireAsBefore(store);
      if (work != Work.REPAIR) { // it damages something first, which must not be interrupted
        worker.interrupt();
        requireInterrupted(work, store, container, (what, doneBytes, totalBytes) -> {});
        requireAsBefore(store);
      }
      requireProgress(work, store, container);
    });
  }

  private void requireProgress(Work work, LayerStore store, Container container)
      throws IOException {
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    work.run(store, container, temporary, (what, doneBytes, totalBytes) -> {
      assertTrue(!what.isEmpty());
      done.add(doneBytes);
      totals.add(totalBytes);
    });
    assertTrue(done.size() >= BYTES >> 20, done::toString);
    assertEquals(done.stream().sorted().distinct().toList(), done);
    long total = totals.get(0);
    assertEquals(List.of(total), totals.stream().distinct().toList());
    long last = done.get(done.size() - 1);
    if (total == -1) {
      assertTrue(last >= BYTES - (1 << 20), done::toString);
    } else {
      assertEquals(total, last);
    }
  }

  private void requireInterrupted(
      Work work, LayerStore store, Container container, ProgressListener listener) {
    boolean interrupted;
    try {
      assertThrows(
          InterruptedIOException.class, () -> work.run(store, container, temporary, listener));
    } finally {
      interrupted = Thread.interrupted(); // or a failure here would make later tests fail
    }
    assertTrue(interrupted, "the interrupt status stays set");
  }

  private static void requireAsBefore(LayerStore store) throws IOException {
    assertEquals(1, store.images().size());
    assertEquals(List.of(), store.maintenance().planGc().garbage());
    try (Stream<Path> staged = Files.list(store.directory().resolve("layerfs/staging"))) {
      assertEquals(List.of(), staged.filter(Files::isRegularFile).toList());
    }
  }

  /** Nothing of a target is left that somebody could take for an archive. */
  @Test
  void aSaveThatFailsLeavesNoFile() throws IOException {
    inStore((store, container) -> {
      Path target = temporary.resolve("image.tar");
      assertThrows(
          CancellationException.class,
          () -> store.save(List.of(IMAGE), SaveFormat.OCI_ARCHIVE, target, (what, done, total) -> {
            throw new CancellationException();
          }));
      assertTrue(Files.notExists(target));
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      store.save(List.of(IMAGE), SaveFormat.OCI_ARCHIVE, expected);
      store.save(List.of(IMAGE), SaveFormat.OCI_ARCHIVE, target);
      assertEquals(expected.size(), Files.size(target));
    });
  }
}
