package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.ModelView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File channels and locks. */
final class LayerFileChannelTest {
  @TempDir
  Path temp;

  private final FileSystem door = LayerFileSystem.of(new ModelView(), "id");
  private final Path file = door.getPath("/file");

  @BeforeEach
  void fill() throws IOException {
    Files.writeString(file, "0123456789");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsTheDefaultProvidersChannels(long seed) throws IOException {
    Path real = temp.resolve("file");
    OpenOption[] options =
        seed % 2 == 0 ? new OpenOption[] {CREATE, APPEND} : new OpenOption[] {CREATE, READ, WRITE};
    try (FileChannel expected = FileChannel.open(real, options);
        FileChannel actual = FileChannel.open(door.getPath("other"), options)) {
      Random one = new Random(seed);
      Random two = new Random(seed);
      for (int i = 0; i < 2_000; i++) {
        String where = "seed " + seed + ", step " + i;
        assertEquals(step(expected, one), step(actual, two), where);
        assertEquals(expected.position(), actual.position(), where);
        assertEquals(expected.size(), actual.size(), where);
      }
    }
    assertEquals(-1, Files.mismatch(real, door.getPath("other")));
  }

  private static List<Object> step(FileChannel channel, Random random) {
    byte[] bytes = new byte[random.nextInt(6_000)];
    random.nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    ByteBuffer[] buffers = {ByteBuffer.allocate(random.nextInt(9)), ByteBuffer.wrap(bytes)};
    long position = random.nextInt(20_000) - 100;
    List<Object> results = new ArrayList<>();
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try {
      results.add(
          switch (random.nextInt(9)) {
            case 0 -> channel.read(buffer);
            case 1 -> channel.read(buffer, position);
            case 2 -> channel.write(buffer);
            case 3 -> channel.write(buffer, position);
            case 4 -> channel.position(position).position();
            case 5 -> channel.truncate(position + 5_000).size();
            case 6 -> channel.read(buffers);
            case 7 -> channel.write(buffers, 0, 2);
            default -> channel.transferTo(position, 7_000, Channels.newChannel(sink));
          });
    } catch (Exception e) {
      results.add(e.getClass().getSimpleName());
    }
    results.add(buffer.flip());
    results.add(List.of(buffers));
    results.add(ByteBuffer.wrap(sink.toByteArray()));
    return results;
  }

  @Test
  void modesAreChecked() throws IOException {
    try (FileChannel reader = FileChannel.open(file, READ);
        FileChannel writer = FileChannel.open(file, WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(1);
      assertThrows(NonWritableChannelException.class, () -> reader.write(buffer));
      assertThrows(NonWritableChannelException.class, () -> reader.write(buffer, 0));
      assertThrows(NonWritableChannelException.class, () -> reader.truncate(0));
      assertThrows(NonWritableChannelException.class, () -> reader.transferFrom(writer, 0, 1));
      assertThrows(NonWritableChannelException.class, reader::lock);
      assertThrows(NonReadableChannelException.class, () -> writer.read(buffer));
      assertThrows(NonReadableChannelException.class, () -> writer.read(buffer, 0));
      assertThrows(NonReadableChannelException.class, () -> writer.transferTo(0, 1, writer));
      assertThrows(NonReadableChannelException.class, () -> writer.lock(0, 1, true));
      assertThrows(IllegalArgumentException.class, () -> reader.read(buffer.asReadOnlyBuffer()));
      assertThrows(
          UnsupportedOperationException.class,
          () -> reader.map(FileChannel.MapMode.READ_ONLY, 0, 1));
    }
  }

  @Test
  void transfersBetweenFiles() throws IOException {
    try (FileChannel from = FileChannel.open(file, READ);
        FileChannel to = FileChannel.open(door.getPath("copy"), WRITE, CREATE)) {
      assertEquals(4, from.transferTo(6, 100, to));
      assertEquals(0, from.transferTo(10, 1, to));
      assertEquals(3, to.transferFrom(from.position(7), 20, 5));
      to.force(true);
    }
    assertEquals("6789" + "\0".repeat(16) + "789", Files.readString(door.getPath("copy")));
  }

  @Test
  void anOpenFileOutlivesItsName() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ)) {
      Files.writeString(file, "x", APPEND);
      Files.move(file, door.getPath("moved"));
      Files.delete(door.getPath("moved"));
      assertEquals(11, channel.size());
      ByteBuffer buffer = ByteBuffer.allocate(20);
      assertEquals(11, channel.read(buffer));
      assertEquals("0123456789x", new String(buffer.array(), 0, 11, US_ASCII));
    }
  }

  @Test
  void closedChannelsSaySo() throws IOException {
    FileChannel channel = FileChannel.open(file, READ, WRITE);
    FileLock lock = channel.lock();
    channel.close();
    channel.close();
    assertFalse(lock.isValid());
    assertThrows(ClosedChannelException.class, lock::release);
    assertThrows(ClosedChannelException.class, channel::size);
    assertThrows(ClosedChannelException.class, channel::position);
    assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1), 0));
    assertThrows(ClosedChannelException.class, channel::tryLock);
  }

  @Test
  void closingTheFileSystemClosesChannels() throws IOException {
    FileChannel channel = FileChannel.open(file, READ);
    InputStream stream = Files.newInputStream(file);
    door.close();
    assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertFalse(channel.isOpen());
    assertThrows(ClosedChannelException.class, stream::read);
  }

  @Test
  void interruptsCloseChannelsButNotStreams() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ);
        InputStream stream = Files.newInputStream(file)) {
      Thread.currentThread().interrupt();
      assertEquals('0', stream.read());
      assertThrows(ClosedByInterruptException.class, () -> channel.read(ByteBuffer.allocate(1)));
      assertTrue(Thread.interrupted());
      assertFalse(channel.isOpen());
    }
  }

  @Test
  void locksOverlapAcrossChannelsAndNames() throws IOException {
    Path other = Files.createLink(door.getPath("hard"), file);
    try (FileChannel one = FileChannel.open(file, READ, WRITE);
        FileChannel two = FileChannel.open(other, READ, WRITE)) {
      FileLock lock = one.lock(0, 5, false);
      assertThrows(OverlappingFileLockException.class, () -> two.tryLock(4, 1, true));
      FileLock rest = two.tryLock(5, 0, true);
      assertEquals(Long.MAX_VALUE - 5, rest.size());
      assertThrows(OverlappingFileLockException.class, () -> one.lock(Long.MAX_VALUE - 9, 1, true));
      lock.release();
      lock.release();
      assertFalse(lock.isValid());
      assertTrue(two.lock(0, 5, true).isShared());
      two.close();
      assertTrue(one.lock().isValid());
    }
  }
}
