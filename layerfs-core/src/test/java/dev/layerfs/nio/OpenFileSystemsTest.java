package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the provider knows of file systems, and forgets. */
final class OpenFileSystemsTest {
  private static final int MAX_COLLECTIONS = 100;

  private final String id = "open-" + UUID.randomUUID();

  @Test
  void eachHasANameOfItsOwnWhileItIsOpen() throws IOException {
    LayerFileSystem first = LayerFileSystem.of(new ModelView(), id);
    LayerFileSystem second = LayerFileSystem.of(new ModelView(), id);
    assertEquals("layerfs://" + id + "/a", first.getPath("a").toUri().toString());
    assertEquals("layerfs://" + id + "~2/a", second.getPath("a").toUri().toString());
    URI uri = first.getPath("/").toUri();
    first.close();
    assertThrows(FileSystemNotFoundException.class, () -> Path.of(uri));
    LayerFileSystem third = LayerFileSystem.of(new ModelView(), id);
    assertEquals(uri, third.getPath("/").toUri());
    first.close();
    assertSame(third, FileSystems.getFileSystem(uri), "closing again forgets nobody else");
    second.close();
    third.close();
  }

  @Test
  void whatNobodyHoldsIsForgotten() {
    WeakReference<LayerFileSystem> left =
        new WeakReference<>(LayerFileSystem.of(new ModelView(), id));
    for (int i = 0; i < MAX_COLLECTIONS && left.get() != null; i++) {
      System.gc();
    }
    assertNull(left.get());
    assertThrows(
        FileSystemNotFoundException.class,
        () -> FileSystems.getFileSystem(URI.create("layerfs://" + id)));
  }

  @Test
  void dependentsAreClosedInOrderAndOnce() throws IOException {
    List<String> closed = new ArrayList<>();
    LayerFileSystem fileSystem = LayerFileSystem.of(new ModelView(), id);
    fileSystem.closeAfterwards(() -> {
      closed.add("first");
      throw new IOException("it fails");
    });
    fileSystem.closeAfterwards(() -> closed.add("second"));
    assertThrows(IOException.class, fileSystem::close);
    fileSystem.close();
    assertEquals(List.of("first", "second"), closed);
    fileSystem.closeAfterwards(() -> closed.add("late"));
    assertEquals(List.of("first", "second", "late"), closed);
  }

  @Test
  void anIdIsNeeded() {
    assertThrows(IllegalArgumentException.class, () -> LayerFileSystem.of(new ModelView(), ""));
  }
}
