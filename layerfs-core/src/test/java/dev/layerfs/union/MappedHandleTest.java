package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TarBuilder;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** Handles that map, with every kind of upper. */
final class MappedHandleTest {
  private static final Set<OpenFlag> READ = Set.of(OpenFlag.READ);
  private static final Set<OpenFlag> READ_WRITE = Set.of(OpenFlag.READ, OpenFlag.WRITE);

  private static final TarBuilder TAR = new TarBuilder().file("a", "0123").file("b", "4567");

  private interface Body {
    void run(UnionView view) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, TAR)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      Upper upper = Upper.open(container, host.format());
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        if (directory.getFileSystem().equals(FileSystems.getDefault())) {
          body.run(view);
        } else {
          refuses(view);
        }
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void refuses(UnionView view) throws PosixException {
    for (Set<OpenFlag> flags : Set.of(READ, READ_WRITE)) {
      try (FileHandle file = view.open(Paths.node(view, "b"), flags)) {
        assertThrows(UnsupportedOperationException.class, () -> file.map(MapMode.READ_ONLY, 0, 1));
      }
    }
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
  }

  private static void assertFails(
      Errno errno, FileHandle file, MapMode mode, long from, long size) {
    PosixException e = assertThrows(PosixException.class, () -> file.map(mode, from, size));
    assertEquals(errno, e.errno());
  }

  @ParameterizedTest
  @OnHosts
  void aHandleMapsWhereItsFileIs(TestHost host) throws Exception {
    with(host, view -> {
      try (FileHandle reader = view.open(Paths.node(view, "b"), READ)) {
        MappedByteBuffer image = reader.map(MapMode.READ_ONLY, 1, 3);
        assertTrue(image.isReadOnly());
        try (FileHandle writer = view.open(Paths.node(view, "b"), READ_WRITE)) {
          writer.map(MapMode.READ_WRITE, 1, 2).put(1, (byte) '!');
          assertEquals("567", text(image), "what was mapped before stays the image's");
          assertEquals("45!7", text(reader.map(MapMode.READ_ONLY, 0, 4)));
          writer.map(MapMode.PRIVATE, 0, 4).put(0, (byte) '?');
          ByteBuffer read = ByteBuffer.allocate(4);
          reader.read(read, 0);
          assertEquals("45!7", text(read.flip()));
        }
      }
    });
  }

  @ParameterizedTest
  @OnHosts
  void aHandleMapsNoMoreThanItMay(TestHost host) throws Exception {
    with(host, view -> {
      for (Set<OpenFlag> flags : Set.of(READ, READ_WRITE, Set.of(OpenFlag.WRITE))) {
        FileHandle file = view.open(Paths.node(view, "a"), flags);
        if (flags.contains(OpenFlag.READ)) {
          assertFails(Errno.EINVAL, file, MapMode.READ_ONLY, 0, 5);
          assertFails(Errno.EINVAL, file, MapMode.READ_ONLY, 5, 0);
          assertFails(Errno.EINVAL, file, MapMode.READ_ONLY, -1, 1);
          assertFails(Errno.EINVAL, file, MapMode.READ_ONLY, 1, -1);
          assertEquals(0, file.map(MapMode.READ_ONLY, 4, 0).capacity());
        }
        if (!flags.equals(READ_WRITE)) {
          assertFails(Errno.EBADF, file, MapMode.READ_WRITE, 0, 1);
          assertFails(Errno.EBADF, file, MapMode.PRIVATE, 0, 1);
        }
        assertEquals(4, file.size());
        file.close();
        assertFails(Errno.EBADF, file, MapMode.READ_ONLY, 0, 1);
      }
    });
  }
}
