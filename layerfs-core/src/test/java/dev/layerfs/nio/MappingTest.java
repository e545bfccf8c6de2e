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
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files of images and containers mapped into memory. */
final class MappingTest {
  private static final String TEXT = "0123456789".repeat(600);

  @TempDir
  Path temp;

  private LayerStore store;
  private Image image;

  @BeforeEach
  void load() throws IOException {
    store = LayerStore.open(temp.resolve("store"));
    image = load(store, "layout");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Image load(LayerStore target, String layout) throws IOException {
    TestImage made = new TestImage()
        .layer(new TarBuilder().file("below", "x").file("file", TEXT).file("empty", ""))
        .layer(new TarBuilder().file("above", "x"));
    target.load(new TestLayout().image("image:1", made).write(temp.resolve(layout)));
    return target.image("image:1");
  }

  private static MappedByteBuffer map(Path file, MapMode mode, OpenOption... options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options)) {
      return channel.map(mode, 0, channel.size());
    }
  }

  private static String text(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return new String(bytes, US_ASCII);
  }

  @Test
  void aFileOfTheImageIsMappedInPlace() throws IOException {
    MappedByteBuffer all;
    try (Rootfs root = image.open();
        FileChannel channel = FileChannel.open(root.root().resolve("file"))) {
      all = channel.map(MapMode.READ_ONLY, 0, channel.size());
      assertEquals("34567", text(channel.map(MapMode.READ_ONLY, 4_103, 5)));
      assertEquals(0, map(root.root().resolve("empty"), MapMode.READ_ONLY, READ).remaining());
    }
    assertTrue(all.isReadOnly() && all.isDirect());
    assertEquals(TEXT, text(all.load()), "the mapping outlives what it came from");
  }

  @Test
  void aMappingStaysWithTheImageWhenTheFileIsCopiedUp() throws IOException {
    try (Container container = store.create(image)) {
      Path file = container.root().resolve("file");
      try (FileChannel reader = FileChannel.open(file)) {
        MappedByteBuffer before = reader.map(MapMode.READ_ONLY, 0, 6_000);
        Files.writeString(file, "changed");
        assertEquals(TEXT, text(before));
        assertEquals("changed", text(reader.map(MapMode.READ_ONLY, 0, reader.size())));
      }
    }
  }

  @Test
  void aMappingOfACopySeesWhatIsWritten() throws IOException {
    try (Container container = store.create(image)) {
      Path file = container.root().resolve("file");
      try (FileChannel reader = FileChannel.open(file);
          FileChannel writer = FileChannel.open(file, WRITE)) { // which copies it up
        MappedByteBuffer mapped = reader.map(MapMode.READ_ONLY, 0, 7);
        assertEquals("0123456", text(mapped));
        writer.write(ByteBuffer.wrap("changed".getBytes(US_ASCII)), 0);
        assertEquals("changed", text(mapped));
      }
    }
  }

  @Test
  void aMappingForWritingWritesToTheUpper() throws IOException {
    String id;
    try (Container container = store.create(image);
        Container other = store.create(image)) {
      id = container.info().id();
      Path file = container.root().resolve("file");
      MappedByteBuffer shared = map(file, MapMode.READ_WRITE, READ, WRITE);
      shared.put(5_999, (byte) '!');
      shared.force();
      MappedByteBuffer own = map(file, MapMode.PRIVATE, READ, WRITE);
      own.put(0, (byte) '?');
      assertEquals(TEXT.substring(0, 5_999) + "!", Files.readString(file));
      assertEquals(TEXT, Files.readString(other.root().resolve("file")));
      assertEquals(List.of("C /file"), container.changes().map(Object::toString).toList());
    }
    try (Container again = store.open(id)) {
      assertEquals(TEXT.length(), Files.size(again.root().resolve("file")));
      assertTrue(Files.readString(again.root().resolve("file")).endsWith("!"));
    }
  }

  @Test
  void aHostThatCannotMapSaysSo() throws IOException {
    try (LayerStore memory = LayerStore.inMemory();
        Container container = memory.create(load(memory, "again"))) {
      Path file = container.root().resolve("file");
      UnsupportedOperationException e = assertThrows(
          UnsupportedOperationException.class, () -> map(file, MapMode.READ_ONLY, READ));
      assertEquals("the host can't map files into memory", e.getMessage());
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        e = assertThrows(
            UnsupportedOperationException.class, () -> channel.map(MapMode.READ_WRITE, 0, 10_000));
        assertEquals("the host can't map files into memory", e.getMessage());
        assertEquals(6_000, channel.size(), "nothing was changed");
      }
    }
  }

  @Test
  void directoriesAreNotMapped() throws IOException {
    try (Rootfs root = image.open();
        FileChannel channel = FileChannel.open(root.root())) {
      assertThrows(UnsupportedOperationException.class, () -> channel.map(MapMode.READ_ONLY, 0, 0));
    }
  }

  @Test
  void closedAndInterruptedChannelsDoNotMap() throws IOException {
    try (Rootfs root = image.open()) {
      FileChannel channel = FileChannel.open(root.root().resolve("file"));
      Thread.currentThread().interrupt();
      assertThrows(ClosedByInterruptException.class, () -> channel.map(MapMode.READ_ONLY, 0, 1));
      assertTrue(Thread.interrupted());
      assertThrows(ClosedChannelException.class, () -> channel.map(MapMode.READ_ONLY, 0, 1));
      FileChannel second = FileChannel.open(root.root().resolve("file"));
      root.close();
      assertThrows(ClosedChannelException.class, () -> second.map(MapMode.READ_ONLY, 0, 1));
    }
  }

  @TestFactory
  List<DynamicTest> sameAsTheDefaultProvider() {
    List<DynamicTest> tests = new ArrayList<>();
    for (MapMode mode : List.of(MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE)) {
      for (Set<OpenOption> options :
          List.<Set<OpenOption>>of(Set.of(READ), Set.of(WRITE), Set.of(READ, WRITE))) {
        tests.add(dynamicTest(mode + " " + options, () -> compare(mode, options)));
      }
    }
    return tests;
  }

  private void compare(MapMode mode, Set<OpenOption> options) throws IOException {
    long[][] regions = {
      {0, 6_000},
      {0, 0},
      {4_000, 200},
      {4_097, 1_903},
      {6_000, 0},
      {6_000, 1},
      {7_000, 0},
      {5_000, 9_000},
      {-1, 1},
      {0, -1},
      {0, 1L << 31},
      {Long.MAX_VALUE, 1},
      {Long.MAX_VALUE, 0}
    };
    for (long[] region : regions) {
      try (Container container = store.create(image)) {
        Path expected = Files.writeString(temp.resolve("real"), TEXT);
        Path actual = container.root().resolve("file");
        String where = region[1] + " bytes at " + region[0];
        assertEquals(
            use(expected, mode, options, region), use(actual, mode, options, region), where);
        assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(actual), where);
      }
    }
  }

  /** Maps, reads, writes if it can; a failure's text counts where the JDK made it, not the host. */
  private static String use(Path file, MapMode mode, Set<OpenOption> options, long[] region) {
    return Outcome.of(file, () -> {
      try (FileChannel channel = FileChannel.open(file, options)) {
        MappedByteBuffer mapped = channel.map(mode, region[0], region[1]);
        String seen = mapped + text(mapped) + mapped.order();
        if (!mapped.isReadOnly() && mapped.hasRemaining()) {
          mapped.put(mapped.limit() - 1, (byte) '!');
          mapped.force();
        }
        return seen + channel.size();
      } catch (IOException e) {
        boolean extending = String.valueOf(e.getMessage()).contains("cannot extend");
        return extending ? e.getMessage() : e.getClass().getSimpleName();
      }
    });
  }
}
