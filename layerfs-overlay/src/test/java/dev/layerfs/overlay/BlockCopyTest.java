package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copy-up that copies nothing, where the file system can share blocks, and copies that stay sparse, where it can't. */
@EnabledOnOs(OS.LINUX)
final class BlockCopyTest {
  private static final int SIZE = (12 << 20) + 1234; // the last block is not full

  @TempDir
  Path temp;

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(4).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void copyUpSharesTheBlocksOfTheLayerFile(String type) throws IOException {
    Tool.assume("filefrag");
    byte[] content = random(SIZE);
    TestImage image = new TestImage().layer(new TarBuilder().directory("./").file("big", content));
    try (LoopMount mount = LoopMount.of(type, temp)) {
      Path store = mount.directory().resolve("store");
      try (TestContainer container = TestContainer.in(store, image)) {
        sync(store);
        long before = Files.getFileStore(store).getUsableSpace();
        Path big = container.root().resolve("big");
        try (FileChannel channel = FileChannel.open(big, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[] {42}), 5);
        }
        content[5] = 42;
        assertArrayEquals(content, Files.readAllBytes(big));
        sync(store);
        long taken = before - Files.getFileStore(store).getUsableSpace();
        assertTrue(taken < SIZE / 4, () -> "the copy took " + taken + " bytes");
        assertTrue(isShared(copy(store)), "no extent is shared");
      }
    }
  }

  private static void sync(Path directory) throws IOException {
    assertEquals(0, Tool.run(List.of("sync", "-f", directory.toString())).status());
  }

  private static Path copy(Path store) throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(path -> path.endsWith("upper/big")).findFirst().orElseThrow();
    }
  }

  private static boolean isShared(Path file) throws IOException {
    Tool.Result result = Tool.run(List.of("filefrag", "-v", file.toString()));
    assertEquals(0, result.status(), result.output());
    return result.output().contains("shared");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void anyRangeThatBeginsAtABlockIsShared(String type) throws IOException {
    byte[] content = random(SIZE);
    try (LoopMount mount = LoopMount.of(type, temp)) {
      Path source = Files.write(mount.directory().resolve("source"), content);
      HostFiles files = files(mount.directory());
      for (int length : new int[] {1, 4096, 100_000, SIZE - 8192}) {
        Path place = empty(files, mount.directory(), "length-" + length);
        assertTrue(files.copyRange(place, source, 8192, length), "length " + length);
        assertArrayEquals(
            Arrays.copyOfRange(content, 8192, 8192 + length),
            Files.readAllBytes(files.content(place)));
      }
      Path place = empty(files, mount.directory(), "beyond");
      assertFalse(files.copyRange(place, source, 8192, SIZE), "the source is too short");
      assertEquals(0, files.stat(place).size());
    }
  }

  private static HostFiles files(Path directory) throws IOException {
    Path container = Files.createDirectory(directory.resolve("container"));
    HostFiles files = new LinuxFilesFactory()
        .open(UserFiles.LABEL, Files.createDirectory(container.resolve("work")));
    files.create(container.resolve("upper"), FileType.DIRECTORY, 0755, 0, 0);
    return files;
  }

  private static Path empty(HostFiles files, Path directory, String name) throws PosixException {
    Path place = files.resolve(directory.resolve("container/upper"), Name.of(name));
    files.create(place, FileType.REGULAR, 0600, 0, 0);
    return place;
  }

  @Test
  void holesStayHolesWhereBlocksAreNotShared() throws IOException {
    try (LoopMount mount = LoopMount.of("ext4", temp)) {
      Path source = mount.directory().resolve("source");
      try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
        file.write(random(5000));
        file.seek(40 << 20);
        file.write(random(10_000));
        file.setLength(64 << 20);
      }
      HostFiles files = files(mount.directory());
      Path place = empty(files, mount.directory(), "copy");
      assertTrue(files.copyRange(place, source, 0, 64 << 20));
      assertEquals(-1, Files.mismatch(source, files.content(place)));
      assertTrue(files.stat(place).blocks() < 128, () -> "it has all its blocks");
      Path dense = Files.write(mount.directory().resolve("dense"), random(100_000));
      Path left = empty(files, mount.directory(), "left");
      assertFalse(files.copyRange(left, dense, 0, 100_000), "a program copies that as well");
      assertEquals(0, files.stat(left).size());
    }
  }
}
