package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.PackagedJar;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Mappings to arenas, of a container's file and of one of the default file system. */
final class ArenaDifferentialTest {
  private static final String TEXT = "0123456789".repeat(600);

  private static final long[][] REGIONS = {
    {0, 6_000},
    {0, 0},
    {4_097, 1_903},
    {6_000, 0},
    {6_000, 1},
    {7_000, 0},
    {5_000, 9_000},
    {-1, 1},
    {0, -1},
    {Long.MAX_VALUE, 1},
    {Long.MAX_VALUE, 0}
  };

  @TempDir
  Path temp;

  private TestContainer first;

  /** Arenas, some of which are of no use to the thread that maps. */
  private enum Kind {
    CONFINED {
      @Override
      Arena open() {
        return Arena.ofConfined();
      }
    },
    SHARED {
      @Override
      Arena open() {
        return Arena.ofShared();
      }
    },
    AUTOMATIC {
      @Override
      Arena open() {
        return Arena.ofAuto();
      }
    },
    CLOSED {
      @Override
      Arena open() {
        Arena arena = Arena.ofShared();
        arena.close();
        return arena;
      }
    },
    ANOTHER_THREADS {
      @Override
      Arena open() {
        CompletableFuture<Arena> made = new CompletableFuture<>();
        new Thread(() -> made.complete(Arena.ofConfined())).start();
        return made.join();
      }
    };

    abstract Arena open();
  }

  @BeforeAll
  static void ofTheJar() {
    PackagedJar.assume();
  }

  @BeforeEach
  void load() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("file", TEXT));
    first = TestContainer.in(temp.resolve("store"), image);
  }

  @AfterEach
  void close() throws IOException {
    first.close();
  }

  @TestFactory
  List<DynamicTest> sameAsTheDefaultProvider() {
    List<DynamicTest> tests = new ArrayList<>();
    for (MapMode mode : List.of(MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE)) {
      for (Set<OpenOption> options :
          List.<Set<OpenOption>>of(Set.of(READ), Set.of(WRITE), Set.of(READ, WRITE))) {
        for (Kind kind : Kind.values()) {
          tests.add(
              dynamicTest(mode + " " + options + " " + kind, () -> compare(mode, options, kind)));
        }
      }
    }
    return tests;
  }

  private void compare(MapMode mode, Set<OpenOption> options, Kind kind) throws IOException {
    LayerStore store = first.store();
    for (long[] region : REGIONS) {
      try (Container container = store.create(store.image("image:1"))) {
        Path expected = Files.writeString(temp.resolve("real"), TEXT);
        Path actual = container.root().resolve("file");
        String where = region[1] + " bytes at " + region[0];
        String outcome = use(actual, mode, options, kind, region);
        assertTrue(
            expectedOutcomes(expected, mode, options, kind, region).contains(outcome),
            () -> where + ": " + outcome);
        if (kind == Kind.CLOSED || kind == Kind.ANOTHER_THREADS) {
          assertEquals(TEXT, Files.readString(actual), "nothing was changed");
        } else {
          assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(actual), where);
        }
      }
    }
  }

  /** Where something else is wrong too, the JDK speaks of the thread first; its contract does not ask for that. */
  private static Set<String> expectedOutcomes(
      Path file, MapMode mode, Set<OpenOption> options, Kind kind, long[] region) {
    Set<String> outcomes = new HashSet<>();
    outcomes.add(use(file, mode, options, kind, region));
    if (kind == Kind.ANOTHER_THREADS) {
      String otherwise = use(file, mode, options, Kind.CONFINED, region);
      if (!otherwise.contains("of the arena")) {
        outcomes.add(otherwise);
      }
    }
    return outcomes;
  }

  /** Maps, reads, writes if it can, and closes the arena; a failure's text counts where the JDK made it. */
  private static String use(
      Path file, MapMode mode, Set<OpenOption> options, Kind kind, long[] region) {
    return Outcome.of(file, () -> {
      Arena arena = kind.open();
      try (FileChannel channel = FileChannel.open(file, options)) {
        MemorySegment mapped = channel.map(mode, region[0], region[1], arena);
        StringBuilder seen = new StringBuilder(describe(mapped, arena));
        channel.close();
        if (!mapped.isReadOnly() && mapped.byteSize() > 0) {
          mapped.set(ValueLayout.JAVA_BYTE, mapped.byteSize() - 1, (byte) '!');
          mapped.force();
        }
        if (kind != Kind.AUTOMATIC) {
          arena.close();
          assertThrows(IllegalStateException.class, () -> mapped.toArray(ValueLayout.JAVA_BYTE));
        }
        return seen.append(Files.size(file)).toString();
      } catch (IOException e) {
        boolean extending = String.valueOf(e.getMessage()).contains("cannot extend");
        return extending ? e.getMessage() : e.getClass().getSimpleName();
      }
    });
  }

  private static String describe(MemorySegment mapped, Arena arena) {
    return mapped.byteSize()
        + (mapped.isReadOnly() ? " read-only" : " writable")
        + (mapped.isMapped() ? " mapped" : "")
        + (mapped.scope().equals(arena.scope()) ? " of the arena " : " of another ")
        + new String(mapped.toArray(ValueLayout.JAVA_BYTE), US_ASCII);
  }

  @Test
  void nullsAndClosedChannels() throws IOException {
    Path expected = Files.writeString(temp.resolve("real"), TEXT);
    assertEquals(misuse(expected), misuse(first.root().resolve("file")));
  }

  private static List<String> misuse(Path file) throws IOException {
    List<String> outcomes = new ArrayList<>();
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      outcomes.add(Outcome.of(file, () -> channel.map(null, 0, 1, arena)));
      outcomes.add(Outcome.of(file, () -> channel.map(MapMode.READ_ONLY, 0, 1, null)));
      channel.close();
      outcomes.add(Outcome.of(file, () -> channel.map(null, 0, 1, arena)));
      outcomes.add(Outcome.of(file, () -> channel.map(MapMode.READ_ONLY, 0, 1, null)));
      outcomes.add(Outcome.of(file, () -> channel.map(MapMode.READ_ONLY, 0, 1, arena)));
      outcomes.add(Outcome.of(file, () -> channel.map(MapMode.READ_ONLY, -1, 1, arena)));
      outcomes.add(Outcome.of(file, () -> channel.map(MapMode.READ_WRITE, 0, 1, arena)));
      outcomes.add(
          Outcome.of(file, () -> channel.map(MapMode.READ_ONLY, Long.MAX_VALUE, 1, arena)));
    }
    return outcomes;
  }
}
