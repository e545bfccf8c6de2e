package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The extension, in a run of JUnit of its own. */
final class LayeredFsTest {
  /** Tests that would fail if one saw what another has written. */
  @LayeredFs("sample:1")
  static final class UsingIt {
    @RepeatedTest(5)
    void seesTheImageOnly(Path root) throws IOException {
      assertEquals("hello\n", Files.readString(root.resolve("etc/motd")));
      assertFalse(Files.exists(root.resolve("etc/written")));
      Files.writeString(root.resolve("etc/written"), "by a test");
      Files.delete(root.resolve("etc/motd"));
    }

    @Nested
    final class Inner {
      @Test
      void containerAndRootAreOfTheSame(Container container, Path root) {
        assertSame(root.getFileSystem(), container.root().getFileSystem());
      }
    }

    @Test
    void fails(Path root) throws IOException {
      Files.delete(root.resolve("not there"));
    }
  }

  @Test
  void eachTestHasItsOwnContainerAndNothingIsLeft(@TempDir Path temporary) throws IOException {
    Path directory = temporary.resolve("store");
    try (LayerStore store = LayerStore.open(directory)) {
      SampleImage.build(store);
    }
    EngineTestKit.engine("junit-jupiter")
        .configurationParameter("layerfs.store", directory.toString())
        .selectors(selectClass(UsingIt.class))
        .execute()
        .testEvents()
        .assertStatistics(statistics -> statistics.started(7).succeeded(6).failed(1));
    try (LayerStore store = LayerStore.open(directory)) {
      assertEquals(0, store.containers().size());
    }
  }
}
