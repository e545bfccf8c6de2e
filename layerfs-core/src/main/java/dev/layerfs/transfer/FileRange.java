package dev.layerfs.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A range of a file as a stream. Has the file open by itself, so that closing or interrupting it disturbs no other. */
final class FileRange extends InputStream {
  private final SeekableByteChannel channel;
  private long left;

  FileRange(Path file, long offset, long length) throws IOException {
    this.channel = Files.newByteChannel(file);
    this.left = length;
    channel.position(offset);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, left)));
    left -= Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
