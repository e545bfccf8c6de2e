package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.error.InUseException;
import dev.layerfs.testing.Garbage;
import dev.layerfs.testing.PackagedJar;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a container mapped to arenas. */
final class ArenaMappingTest {
  private static final String TEXT = "0123456789".repeat(600);
  private static final TestImage IMAGE = new TestImage()
      .layer(new TarBuilder().file("below", "x").file("file", TEXT))
      .layer(new TarBuilder().file("above", "x"));

  @TempDir
  Path temp;

  private TestContainer container;
  private Path file;

  @BeforeAll
  static void ofTheJar() {
    PackagedJar.assume();
  }

  @BeforeEach
  void open() throws IOException {
    container = TestContainer.in(temp.resolve("store"), IMAGE);
    file = container.root().resolve("file");
  }

  @AfterEach
  void close() throws IOException {
    container.close();
  }

  private static MemorySegment map(Path file, MapMode mode, Arena arena, OpenOption... options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options)) {
      return channel.map(mode, 0, channel.size(), arena);
    }
  }

  private MemorySegment mapToWrite(Arena arena) throws IOException {
    return map(file, MapMode.READ_WRITE, arena, READ, WRITE);
  }

  private static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), US_ASCII);
  }

  @Test
  void aFileOfTheImageIsMappedInPlace() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = map(file, MapMode.READ_ONLY, arena, READ);
      try (FileChannel channel = FileChannel.open(file)) {
        assertEquals("34567", text(channel.map(MapMode.READ_ONLY, 4_103, 5, arena)));
      }
      container.close();
      assertEquals(TEXT, text(mapped), "the mapping outlives what it came from");
    }
  }

  @Test
  void aMappingStaysWithTheImageWhenTheFileIsCopiedUp() throws IOException {
    try (Arena arena = Arena.ofShared();
        FileChannel reader = FileChannel.open(file)) {
      MemorySegment before = reader.map(MapMode.READ_ONLY, 0, 6_000, arena);
      Files.writeString(file, "changed");
      assertEquals(TEXT, text(before));
      assertEquals("changed", text(reader.map(MapMode.READ_ONLY, 0, reader.size(), arena)));
    }
  }

  @Test
  void aMappingForWritingWritesToTheUpper() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Container other = container.store().create(container.store().image("image:1"))) {
      MemorySegment shared = mapToWrite(arena);
      shared.set(ValueLayout.JAVA_BYTE, 5_999, (byte) '!');
      shared.force();
      map(file, MapMode.PRIVATE, arena, READ, WRITE).set(ValueLayout.JAVA_BYTE, 0, (byte) '?');
      assertEquals(TEXT.substring(0, 5_999) + "!", Files.readString(file));
      assertEquals(TEXT, Files.readString(other.root().resolve("file")));
    }
  }

  /** A buffer can't be as long. */
  @Test
  void regionsOfMoreThanTwoGibibytes() throws IOException {
    long size = (1L << 31) + 10;
    Path grown = container.root().resolve("grown");
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(grown, CREATE, READ, WRITE)) {
      MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, size, arena);
      assertEquals(size, mapped.byteSize());
      mapped.set(ValueLayout.JAVA_BYTE, size - 1, (byte) '!');
      assertEquals("!", text(channel.map(MapMode.READ_ONLY, size - 1, 1, arena)));
      assertEquals(size, Files.size(grown));
    }
  }

  @Test
  void aHostThatCannotMapSaysSo() throws IOException {
    try (TestContainer memory = TestContainer.inMemory(IMAGE);
        Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(memory.root().resolve("file"), READ, WRITE)) {
      for (MapMode mode : new MapMode[] {MapMode.READ_ONLY, MapMode.READ_WRITE}) {
        UnsupportedOperationException e = assertThrows(
            UnsupportedOperationException.class, () -> channel.map(mode, 0, 10_000, arena));
        assertEquals("the host can't map files into memory", e.getMessage());
      }
      assertEquals(6_000, channel.size(), "nothing was changed");
    }
  }

  @Test
  void directoriesAreNotMapped() throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(container.root())) {
      assertThrows(
          UnsupportedOperationException.class, () -> channel.map(MapMode.READ_ONLY, 0, 0, arena));
    }
  }

  @Test
  void interruptsCloseTheChannelOnly() throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file);
        FileChannel other = FileChannel.open(file)) {
      Thread.currentThread().interrupt();
      assertThrows(
          ClosedByInterruptException.class, () -> channel.map(MapMode.READ_ONLY, 0, 1, arena));
      assertTrue(Thread.interrupted());
      assertFalse(channel.isOpen());
      assertEquals("0", text(other.map(MapMode.READ_ONLY, 0, 1, arena)));
    }
  }

  /** An arena that was closed, or is another thread's, is noticed before anything changes. */
  @Test
  void anArenaThatCannotBeUsedLeavesTheFileAsItIs() throws Exception {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      Arena closed = Arena.ofShared();
      closed.close();
      assertThrows(
          IllegalStateException.class, () -> channel.map(MapMode.READ_WRITE, 0, 9_000, closed));
      try (Arena own = Arena.ofConfined()) {
        Thread thread = new Thread(() -> assertThrows(
            WrongThreadException.class, () -> channel.map(MapMode.READ_WRITE, 0, 9_000, own)));
        Throwable[] thrown = new Throwable[1];
        thread.setUncaughtExceptionHandler((of, failure) -> thrown[0] = failure);
        thread.start();
        thread.join();
        assertEquals(null, thrown[0]);
      }
      assertEquals(6_000, channel.size());
    }
    fork();
  }

  private void fork() throws IOException {
    container.container().fork(ContainerOptions.builder().ephemeral().build()).close();
  }

  @Test
  void whatIsMappedForWritingIsNotForkedUntilTheArenaIsClosed() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        channel.map(MapMode.READ_WRITE, 7_000, 1_000, arena); // which makes the file longer
      }
      assertThrows(InUseException.class, this::fork);
    }
    fork();
  }

  /** In a frame of its own, so that nothing but the list refers to the segment afterwards. */
  private MemorySegment mapSlice(List<WeakReference<MemorySegment>> whole) throws IOException {
    MemorySegment segment = mapToWrite(Arena.ofAuto());
    whole.add(new WeakReference<>(segment));
    return segment.asSlice(10, 5);
  }

  @Test
  void aSliceIsAsGoodAsItsSegment() throws IOException {
    List<WeakReference<MemorySegment>> whole = new ArrayList<>();
    MemorySegment slice = mapSlice(whole);
    assertTrue(Garbage.collectUntil(() -> whole.get(0).get() == null), "only the slice is left");
    assertThrows(InUseException.class, this::fork);
    slice.set(ValueLayout.JAVA_BYTE, 0, (byte) '!');
    assertEquals("!1234", text(slice));
    Reference.reachabilityFence(slice);
  }

  @Test
  void whatNobodyCanReachIsForked() throws IOException {
    mapToWrite(Arena.ofAuto());
    assertTrue(Garbage.collectUntil(() -> {
      try {
        fork();
        return true;
      } catch (InUseException e) {
        return false;
      }
    }));
  }
}
