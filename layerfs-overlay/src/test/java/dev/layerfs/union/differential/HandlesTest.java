package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is open keeps its meaning whatever becomes of names and layers, in the same way through both backends. */
final class HandlesTest {
  /**
   * The one difference: a handle that was opened before a copy-up reads what is written later, but the kernel goes on mapping the
   * image's file through it (Documentation/filesystems/overlayfs.rst, "Non-standard behavior"). In the view only what was mapped
   * before is old (decision 4).
   */
  private static final Map<Backend, String> MAPPED_THROUGH_AN_OLD_HANDLE =
      Map.of(Backend.KERNEL, "image", Backend.VIEW, "IMage");

  @TempDir
  Path directory;

  private BothBackends containers;

  @BeforeEach
  void makeStore() throws IOException {
    TarBuilder files = new TarBuilder().file("a", "image").file("b", "other").directory("d/");
    containers = new BothBackends(directory, new TestImage().layer(files));
  }

  @AfterEach
  void closeStore() throws IOException {
    containers.close();
  }

  private static String read(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
    int read = file.read(buffer, 0);
    assertEquals(buffer.capacity(), Math.max(read, 0));
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
  }

  private static void write(FileChannel file, String text, long offset) throws IOException {
    ByteBuffer buffer = StandardCharsets.US_ASCII.encode(text);
    assertEquals(text.length(), file.write(buffer, offset));
  }

  private static FileChannel openForBoth(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @ParameterizedTest
  @EnumSource
  void aReaderSeesWhatIsWrittenAfterCopyUp(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel reader = FileChannel.open(a);
          FileChannel writer = openForBoth(a)) {
        assertEquals("image", read(reader));
        write(writer, "IM", 0);
        assertEquals("IMage", read(reader));
        write(writer, "!", 5);
        assertEquals("IMage!", read(reader));
        writer.truncate(1);
        assertEquals("I", read(reader));
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfTheImageThatIsDeletedCanBeReadOn(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel reader = FileChannel.open(a)) {
        Files.delete(a);
        assertFalse(Files.exists(a));
        assertEquals("image", read(reader));
        Files.writeString(a, "a new one");
        assertEquals("image", read(reader));
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsDeletedCanBeWrittenOn(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel reader = FileChannel.open(a);
          FileChannel file = openForBoth(a)) {
        Files.delete(a);
        write(file, "gone", 5);
        assertEquals("imagegone", read(file));
        assertEquals("imagegone", read(reader));
        assertEquals(9, file.size());
        file.truncate(2);
        assertEquals("im", read(file));
        assertEquals(2, reader.size());
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void aHandleFollowsItsFileToAnotherName(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      Path moved = container.root().resolve("d/moved");
      try (FileChannel reader = FileChannel.open(a);
          FileChannel file = openForBoth(container.root().resolve("b"))) {
        Files.move(a, moved);
        assertEquals("image", read(reader));
        Files.writeString(moved, "changed");
        assertEquals("changed", read(reader));
        Files.move(container.root().resolve("b"), moved, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("changed", read(reader), "what was replaced is as it was");
        write(file, "OTH", 0);
        assertEquals("OTHer", Files.readString(moved));
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatWasMappedBeforeCopyUpStaysTheImages(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel reader = FileChannel.open(a)) {
        MappedByteBuffer before = reader.map(MapMode.READ_ONLY, 0, 5);
        try (FileChannel writer = openForBoth(a)) {
          write(writer, "IM", 0);
        }
        assertEquals("image", text(before));
        assertEquals(
            MAPPED_THROUGH_AN_OLD_HANDLE.get(backend), text(reader.map(MapMode.READ_ONLY, 0, 5)));
        try (FileChannel next = FileChannel.open(a)) {
          assertEquals("IMage", text(next.map(MapMode.READ_ONLY, 0, 5)));
        }
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMappedForWritingIsTheFile(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel file = openForBoth(a)) {
        MappedByteBuffer shared = file.map(MapMode.READ_WRITE, 0, 7);
        assertEquals("image\0\0", text(shared), "it grows");
        shared.put(0, (byte) 'I').put(6, (byte) '!');
        assertEquals("Image\0!", read(file));
        MappedByteBuffer own = file.map(MapMode.PRIVATE, 0, 2);
        own.put(0, (byte) '?');
        write(file, "MM", 1);
        assertEquals("IM", text(shared.slice(0, 2)));
        assertEquals("?", text(own.slice(0, 1)));
        shared.force();
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void locksAreOfTheFileNotOfItsLayer(Backend backend) throws Exception {
    containers.use(backend, container -> {
      Path a = container.root().resolve("a");
      try (FileChannel reader = FileChannel.open(a);
          FileLock shared = reader.lock(0, 2, true);
          FileChannel writer = openForBoth(a)) {
        write(writer, "IM", 0);
        assertTrue(shared.isValid());
        assertThrows(OverlappingFileLockException.class, () -> writer.tryLock(1, 4, false));
        try (FileLock rest = writer.tryLock(2, 3, false)) {
          assertTrue(rest.isValid());
          assertFalse(rest.isShared());
          assertThrows(OverlappingFileLockException.class, () -> reader.tryLock(4, 9, true));
        }
        shared.release();
        try (FileLock all = writer.lock()) {
          assertTrue(all.isValid());
        }
      }
    });
  }
}
