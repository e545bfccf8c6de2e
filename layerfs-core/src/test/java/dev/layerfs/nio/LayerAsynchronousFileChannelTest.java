package dev.layerfs.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asynchronous channels over a view in memory. */
final class LayerAsynchronousFileChannelTest extends AsynchronousChannelContract {
  @TempDir
  Path temp;

  private final FileSystem door = LayerFileSystem.of(new ModelView(), "id");

  @Override
  Path newFile() {
    return door.getPath("/file");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behavesAsTheDefaultProvidersChannels(long seed) throws IOException {
    Path real = temp.resolve("file");
    Path ours = door.getPath("other");
    try (AsynchronousFileChannel expected =
            AsynchronousFileChannel.open(real, CREATE, READ, WRITE);
        AsynchronousFileChannel actual = AsynchronousFileChannel.open(ours, CREATE, READ, WRITE)) {
      Random one = new Random(seed);
      Random two = new Random(seed);
      for (int i = 0; i < 500; i++) {
        String where = "seed " + seed + ", step " + i;
        assertEquals(step(expected, one), step(actual, two), where);
        assertEquals(expected.size(), actual.size(), where);
      }
    }
    assertEquals(-1, Files.mismatch(real, ours));
  }

  private static List<Object> step(AsynchronousFileChannel channel, Random random) {
    byte[] bytes = new byte[random.nextInt(6_000)];
    random.nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(bytes.length / 3);
    long position = random.nextInt(20_000) - 100;
    List<Object> results = new ArrayList<>();
    RecordingHandler<Integer> handler = new RecordingHandler<>();
    try {
      switch (random.nextInt(5)) {
        case 0 -> results.add(channel.read(buffer, position).get());
        case 1 -> results.add(channel.write(buffer, position).get());
        case 2 -> results.add(channel.truncate(position + 5_000).size());
        case 3 -> {
          channel.read(buffer, position, bytes.length, handler);
          results.add(handler.end());
        }
        default -> {
          channel.write(buffer, position, null, handler);
          results.add(handler.end());
        }
      }
    } catch (Exception e) {
      results.add(e.getClass().getSimpleName());
    }
    results.add(buffer.position());
    results.add(buffer.rewind());
    return results;
  }

  @Test
  void threadsEndWithTheFileSystem() throws Exception {
    AsynchronousFileChannel channel = AsynchronousFileChannel.open(newFile(), READ);
    RecordingHandler<Integer> handler = new RecordingHandler<>();
    channel.read(ByteBuffer.allocate(1), 0, "", handler);
    handler.end();
    door.close();
    handler.thread().join(30_000);
    assertFalse(handler.thread().isAlive());
  }

  @Test
  void closingTheFileSystemClosesChannels() throws Exception {
    AsynchronousFileChannel channel = AsynchronousFileChannel.open(newFile(), READ, WRITE);
    door.close();
    RecordingHandler<Integer> handler = new RecordingHandler<>();
    channel.read(ByteBuffer.allocate(1), 0, "", handler);
    assertEquals("AsynchronousCloseException ", handler.end());
    assertFalse(channel.isOpen());
    ExecutionException e = assertThrows(
        ExecutionException.class, () -> channel.write(ByteBuffer.allocate(1), 0).get());
    assertInstanceOf(ClosedChannelException.class, e.getCause());
    assertThrows(ClosedChannelException.class, channel::size);
  }

  @Test
  void locksOverlapThoseOfOtherChannels() throws Exception {
    try (AsynchronousFileChannel one = AsynchronousFileChannel.open(newFile(), READ, WRITE);
        FileChannel two = FileChannel.open(newFile(), READ, WRITE)) {
      two.lock(0, 5, true);
      assertThrows(OverlappingFileLockException.class, one::lock);
      one.lock(5, 5, false).get();
      assertThrows(OverlappingFileLockException.class, two::tryLock);
    }
  }

  @Test
  void aLockThatNobodyWaitsForIsFree() throws Exception {
    ManualExecutor manual = new ManualExecutor();
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(newFile(), Set.of(WRITE), manual)) {
      channel.lock().cancel(false);
      manual.runAll();
      assertFalse(channel.lock().isDone());
    }
  }
}
