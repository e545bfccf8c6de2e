package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.OpenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When the number of a descriptor may be given to another file. */
@EnabledOnOs(OS.LINUX)
final class CountedDescriptorTest {
  private Path directory;
  private CountedDescriptor descriptor;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    directory = temp.toRealPath();
    Path file = Files.createFile(directory.resolve("file"));
    descriptor = new CountedDescriptor(
        Descriptor.open(FileCalls.AT_FDCWD, Places.bytesOf(file), OpenFlags.READ_ONLY, 0, file));
  }

  private int open() throws IOException {
    return OpenFiles.below(directory.toString()).size();
  }

  @Test
  void whoIsInKeepsItOpen() throws IOException {
    assertTrue(descriptor.enter());
    assertTrue(descriptor.enter());
    descriptor.close();
    assertFalse(descriptor.enter());
    descriptor.leave();
    assertEquals(1, open());
    assertFalse(descriptor.enter());
    descriptor.leave();
    assertEquals(0, open());
  }

  @Test
  void itIsClosedAtOnceIfNobodyIsIn() throws IOException {
    assertTrue(descriptor.enter());
    descriptor.leave();
    assertEquals(1, open());
    assertEquals(0, descriptor.close());
    assertEquals(0, open());
    assertFalse(descriptor.enter());
  }

  /** A second {@code close(2)} would close what somebody else has opened meanwhile. */
  @Test
  void itIsClosedOnce() throws IOException {
    int number = descriptor.number();
    descriptor.close();
    try (Descriptor other = Descriptor.open(
        FileCalls.AT_FDCWD, Places.bytesOf(directory), OpenFlags.READ_ONLY, 0, directory)) {
      assertEquals(number, other.number(), "the kernel gives the lowest number");
      descriptor.close();
      assertEquals(1, open());
    }
  }
}
