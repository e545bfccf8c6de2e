package dev.layerfs.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code recorder.c} has recorded, and the states of a disk that follow from it. */
final class DiskRecording {
  private static final int BLOCK = 4096;

  private final long size;
  private final Map<Long, byte[]> before = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  /** What was done: {@code W} bytes written at an offset, {@code F} everything flushed, {@code M} a note of the program. */
  record Event(char type, long offset, byte[] data) {
    String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads a recording.
   *
   * @param image the disk as it was before
   * @param log what the recorder wrote
   */
  DiskRecording(Path image, Path log) throws IOException {
    this.size = Files.size(image);
    readImage(image);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(log)))) {
      for (int type = in.read(); type >= 0; type = in.read()) {
        byte[] data = new byte[in.readInt()];
        long offset = in.readLong();
        in.readFully(data);
        events.add(new Event((char) type, offset, data));
      }
    }
  }

  private void readImage(Path image) throws IOException {
    try (FileChannel channel = FileChannel.open(image)) {
      byte[] zeros = new byte[BLOCK];
      for (long position = 0; position < size; position += BLOCK) {
        byte[] block = new byte[BLOCK];
        channel.read(ByteBuffer.wrap(block), position);
        if (!Arrays.equals(block, zeros)) {
          before.put(position / BLOCK, block);
        }
      }
    }
  }

  List<Event> events() {
    return events;
  }

  /** Returns the blocks of the disk before anything was written, by their numbers. */
  Map<Long, byte[]> before() {
    return new HashMap<>(before);
  }

  /** Writes to blocks; arrays that are there stay as they are. */
  static void apply(Event write, Map<Long, byte[]> blocks) {
    int done = 0;
    while (done < write.data().length) {
      long position = write.offset() + done;
      int start = (int) (position % BLOCK);
      int length = Math.min(BLOCK - start, write.data().length - done);
      byte[] block = blocks.getOrDefault(position / BLOCK, new byte[BLOCK]).clone();
      System.arraycopy(write.data(), done, block, start, length);
      blocks.put(position / BLOCK, block);
      done += length;
    }
  }

  /** Writes a disk into a file. */
  void write(Map<Long, byte[]> blocks, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), size - 1);
      for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
        channel.write(ByteBuffer.wrap(block.getValue()), block.getKey() * BLOCK);
      }
    }
  }
}
