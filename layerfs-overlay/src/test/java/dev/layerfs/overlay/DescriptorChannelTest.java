package dev.layerfs.overlay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.AppendableFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels on descriptors, beside those of the JDK. The check for files left open is that of the temporary directory. */
@EnabledOnOs(OS.LINUX)
final class DescriptorChannelTest {
  private static final long FAR = (5L << 30) + 123;

  private Path directory;
  private Path file;

  @BeforeEach
  void fill(@TempDir Path temp) throws IOException {
    directory = temp.toRealPath();
    file = Files.writeString(directory.resolve("file"), "0123456789");
  }

  private static FileChannel open(Path file, boolean write) throws PosixException {
    long flags = write ? OpenFlags.READ_WRITE : OpenFlags.READ_ONLY;
    Descriptor opened = Descriptor.open(FileCalls.AT_FDCWD, Places.bytesOf(file), flags, 0, file);
    return new DescriptorChannel(opened, write, file);
  }

  /** Where the bytes of a buffer are. */
  enum Memory {
    HEAP {
      @Override
      ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size);
      }
    },
    /** Neither at the beginning nor at the end of its array. */
    SLICE {
      @Override
      ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size + 7).slice(3, size);
      }
    },
    DIRECT {
      @Override
      ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size);
      }
    };

    abstract ByteBuffer allocate(int size);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void behavesAsTheJdksChannel(long seed) throws IOException {
    Path real = Files.createFile(directory.resolve("real"));
    Path own = Files.createFile(directory.resolve("own"));
    try (FileChannel expected =
            FileChannel.open(real, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel actual = open(own, true)) {
      Random one = new Random(seed);
      Random two = new Random(seed);
      for (int i = 0; i < 1_500; i++) {
        String where = "seed " + seed + ", step " + i;
        assertEquals(step(expected, one), step(actual, two), where);
        assertEquals(expected.position(), actual.position(), where);
        assertEquals(expected.size(), actual.size(), where);
      }
    }
    assertEquals(-1, Files.mismatch(real, own));
  }

  private static ByteBuffer random(Random random, int limit) {
    byte[] bytes = new byte[random.nextInt(limit)];
    random.nextBytes(bytes);
    Memory memory = Memory.values()[random.nextInt(3)];
    ByteBuffer buffer = memory.allocate(bytes.length).put(bytes);
    return buffer.position(random.nextInt(bytes.length + 1)).limit(bytes.length);
  }

  private static List<Object> step(FileChannel channel, Random random) {
    ByteBuffer[] buffers = {random(random, 9), random(random, 6_000), random(random, 50)};
    ByteBuffer buffer = buffers[1];
    long position = random.nextInt(20_000) - 100;
    List<Object> results = new ArrayList<>();
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try {
      results.add(
          switch (random.nextInt(11)) {
            case 0 -> channel.read(buffer);
            case 1 -> channel.read(buffer, position);
            case 2 -> channel.write(buffer);
            case 3 -> channel.write(buffer, position);
            case 4 -> channel.position(position).position();
            case 5 -> channel.truncate(position + 5_000).size();
            case 6 -> channel.read(buffers);
            case 7 -> channel.write(buffers, 1, 2);
            case 8 -> channel.write(buffer.asReadOnlyBuffer());
            case 9 -> channel.transferTo(position, 7_000, Channels.newChannel(sink));
            default ->
              channel.transferFrom(
                  Channels.newChannel(new ByteArrayInputStream(new byte[300])),
                  Math.min(position, channel.size()),
                  250);
          });
    } catch (Exception e) {
      results.add(e.getClass().getSimpleName());
    }
    for (ByteBuffer each : buffers) {
      results.add(each.position());
      results.add(each.clear());
    }
    results.add(ByteBuffer.wrap(sink.toByteArray()));
    return results;
  }

  @ParameterizedTest
  @EnumSource
  void movesMoreThanOneCallTakes(Memory memory) throws IOException {
    byte[] bytes = new byte[(5 << 20) + 17];
    new Random(1).nextBytes(bytes);
    try (FileChannel channel = open(file, true)) {
      ByteBuffer source = memory.allocate(bytes.length).put(bytes).flip();
      while (source.hasRemaining()) {
        assertTrue(channel.write(source) > 0);
      }
      ByteBuffer target = memory.allocate(bytes.length);
      while (target.hasRemaining()) {
        assertTrue(channel.read(target, target.position()) > 0);
      }
      assertEquals(ByteBuffer.wrap(bytes), target.flip());
    }
  }

  @ParameterizedTest
  @EnumSource
  void appendsWhereTheEndIs(Memory memory) throws IOException {
    try (FileChannel channel = open(file, true);
        FileChannel other = open(file, true)) {
      assertEquals(2, append(channel, memory, "ab"));
      assertEquals(2, append(other, memory, "cd"));
      assertEquals(0, append(other, memory, ""));
      channel.truncate(12);
      assertEquals(1, append(other, memory, "e"));
      assertEquals(0, channel.position());
      assertEquals(0, other.position());
      assertEquals(
          1, channel.write(ByteBuffer.wrap(new byte[] {'x'}), 3)); // still where it is told
    }
    assertEquals("012x456789abe", Files.readString(file));
  }

  private static int append(FileChannel channel, Memory memory, String text) throws IOException {
    ByteBuffer bytes =
        memory.allocate(text.length()).put(text.getBytes(US_ASCII)).flip();
    int count = ((AppendableFile) channel).append(bytes);
    assertFalse(bytes.hasRemaining());
    return count;
  }

  @ParameterizedTest
  @EnumSource
  void appendsPartsOfWhatOneCallDoesNotTake(Memory memory) throws IOException {
    byte[] bytes = new byte[(2 << 20) + 17];
    new Random(1).nextBytes(bytes);
    try (FileChannel channel = open(file, true)) {
      ByteBuffer source = memory.allocate(bytes.length).put(bytes).flip();
      while (source.hasRemaining()) {
        assertTrue(((AppendableFile) channel).append(source) > 0);
      }
      ByteBuffer target = ByteBuffer.allocate(bytes.length);
      channel.position(10);
      while (target.hasRemaining()) {
        assertTrue(channel.read(target) > 0);
      }
      assertEquals(ByteBuffer.wrap(bytes), target.flip());
    }
  }

  @Test
  void filesMayBeLongerThanAnIntCounts() throws IOException {
    try (FileChannel channel = open(file, true)) {
      assertEquals(3, channel.write(ByteBuffer.wrap("end".getBytes(US_ASCII)), FAR));
      assertEquals(FAR + 3, channel.size());
      ByteBuffer target = ByteBuffer.allocate(10);
      assertEquals(4, channel.position(FAR - 1).read(target));
      assertEquals("\0end", new String(target.array(), 0, 4, US_ASCII));
      assertEquals(-1, channel.read(target));
      assertEquals(FAR + 1, channel.truncate(FAR + 1).size());
      assertEquals(FAR + 1, channel.position());
    }
    assertEquals(FAR + 1, Files.size(file));
  }

  @Test
  void whatIsBeyondTheEndIsNotThere() throws IOException {
    try (FileChannel channel = open(file, true)) {
      assertEquals(-1, channel.read(ByteBuffer.allocate(1), 10));
      assertEquals(0, channel.read(ByteBuffer.allocate(0), 10));
      assertEquals(10, channel.truncate(11).size());
      assertEquals(0, channel.truncate(0).size());
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
      channel.force(false);
      channel.force(true);
    }
  }

  @Test
  void argumentsAreChecked() throws IOException {
    try (FileChannel reader = open(file, false)) {
      ByteBuffer buffer = ByteBuffer.allocate(1);
      assertThrows(NonWritableChannelException.class, () -> reader.write(buffer));
      assertThrows(NonWritableChannelException.class, () -> reader.write(buffer, 0));
      assertThrows(
          NonWritableChannelException.class, () -> ((AppendableFile) reader).append(buffer));
      assertThrows(NonWritableChannelException.class, () -> reader.truncate(0));
      assertThrows(NonWritableChannelException.class, () -> reader.transferFrom(reader, 0, 1));
      assertThrows(NonWritableChannelException.class, reader::lock);
      assertThrows(IllegalArgumentException.class, () -> reader.read(buffer.asReadOnlyBuffer()));
      assertThrows(IllegalArgumentException.class, () -> reader.read(buffer, -1));
      assertThrows(IllegalArgumentException.class, () -> reader.position(-1));
      assertThrows(
          IndexOutOfBoundsException.class, () -> reader.read(new ByteBuffer[] {buffer}, 1, 1));
    }
  }

  /** The JDK tells only text, in the language of the process. */
  @Test
  void failuresHaveTheirErrno() throws IOException {
    try (FileChannel full = open(Path.of("/dev/full"), true)) {
      PosixException e =
          assertThrows(PosixException.class, () -> full.write(ByteBuffer.allocate(1), 0));
      assertEquals(Errno.ENOSPC, e.errno());
      assertTrue(e.getMessage().contains("/dev/full"), e.getMessage());
    }
    Descriptor reader =
        Descriptor.open(FileCalls.AT_FDCWD, Places.bytesOf(file), OpenFlags.READ_ONLY, 0, file);
    try (DescriptorChannel wrong = new DescriptorChannel(reader, true, file)) {
      PosixException e =
          assertThrows(PosixException.class, () -> wrong.append(ByteBuffer.allocate(1)));
      assertEquals(Errno.EBADF, e.errno());
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
    FileChannel nothing = new DescriptorChannel(new Descriptor(Integer.MAX_VALUE), false, file);
    PosixException e = assertThrows(PosixException.class, nothing::close);
    assertEquals(Errno.EBADF, e.errno());
    nothing.close();
  }

  @Test
  void closedChannelsSaySo() throws IOException {
    FileChannel channel = open(file, true);
    FileLock lock = channel.lock();
    channel.close();
    channel.close();
    assertFalse(lock.isValid());
    ByteBuffer buffer = ByteBuffer.allocate(1);
    assertThrows(ClosedChannelException.class, channel::size);
    assertThrows(ClosedChannelException.class, channel::position);
    assertThrows(ClosedChannelException.class, () -> channel.position(0));
    assertThrows(ClosedChannelException.class, () -> channel.read(buffer));
    assertThrows(ClosedChannelException.class, () -> channel.read(new ByteBuffer[] {buffer}));
    assertThrows(ClosedChannelException.class, () -> channel.write(buffer, 0));
    assertThrows(ClosedChannelException.class, () -> ((AppendableFile) channel).append(buffer));
    assertThrows(ClosedChannelException.class, () -> channel.truncate(0));
    assertThrows(ClosedChannelException.class, () -> channel.force(true));
    assertThrows(ClosedChannelException.class, () -> channel.map(MapMode.READ_ONLY, 0, 1));
    assertThrows(ClosedChannelException.class, channel::tryLock);
  }

  @Test
  void anInterruptClosesTheChannel() throws IOException {
    try (FileChannel channel = open(file, true)) {
      Thread.currentThread().interrupt();
      assertThrows(ClosedByInterruptException.class, () -> channel.read(ByteBuffer.allocate(1), 0));
      assertTrue(Thread.interrupted());
      assertFalse(channel.isOpen());
    }
  }

  @Test
  void mappingsOutliveTheNameAndTheChannel() throws IOException {
    MappedByteBuffer mapped;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment;
      try (FileChannel channel = open(file, true)) {
        Files.delete(file);
        mapped = channel.map(MapMode.READ_WRITE, 0, 10);
        segment = channel.map(MapMode.READ_WRITE, 0, 10, arena);
        channel.write(ByteBuffer.wrap("x".getBytes(US_ASCII)), 3);
        mapped.put(4, (byte) 'y');
        ByteBuffer read = ByteBuffer.allocate(10);
        channel.read(read, 0);
        assertEquals("012xy56789", new String(read.array(), US_ASCII));
      }
      assertEquals('x', mapped.get(3));
      assertEquals('y', segment.get(ValueLayout.JAVA_BYTE, 4));
    }
  }

  @Test
  void locksAreThoseOfTheProcess() throws IOException {
    try (FileChannel one = open(file, true);
        FileChannel other =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock lock = one.lock(0, 5, false);
      assertThrows(OverlappingFileLockException.class, () -> other.tryLock(4, 1, false));
      lock.release();
      assertTrue(other.tryLock(4, 1, false).isValid());
    }
  }

  @Test
  void writesOfSeveralThreadsDoNotMix() throws Exception {
    int threads = 4;
    int each = 500;
    try (FileChannel channel = open(file, true)) {
      inParallel(threads, thread -> {
        for (int i = 0; i < each; i++) {
          long at = 10 + 4L * (i * threads + thread);
          channel.write(ByteBuffer.allocate(4).putInt(0, thread), at);
        }
        return true;
      });
      ByteBuffer all = ByteBuffer.allocate(threads * each * 4);
      assertEquals(all.capacity(), channel.read(all, 10));
      for (int i = 0; i < threads * each; i++) {
        assertEquals(i % threads, all.getInt(4 * i));
      }
    }
  }

  /** A program that asked for the end and then wrote there would overwrite what was written meanwhile. */
  @Test
  void anAppendOverwritesNothing() throws Exception {
    int each = 5_000;
    try (FileChannel channel = open(file, true)) {
      inParallel(2, thread -> {
        for (int i = 0; i < each; i++) {
          ByteBuffer number = ByteBuffer.allocate(8).putLong(0, thread == 0 ? i : -1);
          if (thread == 0) {
            channel.write(number, 8L * i);
          } else {
            ((AppendableFile) channel).append(number);
          }
        }
        return true;
      });
      ByteBuffer all = ByteBuffer.allocate(8 * each);
      assertEquals(all.capacity(), channel.read(all, 0));
      for (int i = 0; i < each; i++) {
        assertEquals(i, all.getLong(8 * i));
      }
    }
  }

  /** Work of one of several threads. */
  private interface Work {
    boolean run(int thread) throws Exception;
  }

  private static void inParallel(int threads, Work work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        calls.add(() -> work.run(thread));
      }
      for (Future<Boolean> done : pool.invokeAll(calls, 60, TimeUnit.SECONDS)) {
        assertTrue(done.get());
      }
    }
  }

  /** Each file has bytes of its own, so that a read from a number that is another file's by now is found out. */
  @Test
  void nobodyReadsFromAnotherFile() throws Exception {
    int readers = 3;
    Path[] files = new Path[readers];
    for (int i = 0; i < readers; i++) {
      files[i] = Files.write(directory.resolve("f" + i), new byte[] {(byte) i, (byte) i});
    }
    for (int round = 0; round < 300; round++) {
      FileChannel[] channels = new FileChannel[readers];
      for (int i = 0; i < readers; i++) {
        channels[i] = open(files[i], false);
      }
      AtomicBoolean stop = new AtomicBoolean();
      Thread[] threads = new Thread[readers];
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < readers; i++) {
        int reader = i;
        threads[i] =
            Thread.ofPlatform().start(() -> read(channels[reader], reader, stop, failures));
      }
      for (int i = 0; i < readers; i++) {
        channels[i].close();
        try (FileChannel another = open(files[(i + 1) % readers], false)) {
          assertEquals(2, another.size()); // it may have the number
        }
      }
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failures);
    }
  }

  private static void read(
      FileChannel channel, int expected, AtomicBoolean stop, List<Throwable> failures) {
    try {
      ByteBuffer target = ByteBuffer.allocate(2);
      while (!stop.get()) {
        channel.read(target.clear(), 0);
        assertEquals(expected, target.get(0));
        assertEquals(2, target.position());
      }
    } catch (Throwable e) {
      try {
        assertInstanceOf(ClosedChannelException.class, e);
      } catch (AssertionError another) {
        another.addSuppressed(e);
        failures.add(another);
      }
    }
  }
}
