package dev.layerfs.testing.faulty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A channel that reads and writes no more at once than its file system says, if no fault strikes before. */
final class FaultyChannel implements SeekableByteChannel {
  private final FaultyFileSystem fileSystem;
  private final SeekableByteChannel channel;

  FaultyChannel(FaultyFileSystem fileSystem, SeekableByteChannel channel) {
    this.fileSystem = fileSystem;
    this.channel = channel;
  }

  /** Something done with a part of a buffer. */
  private interface Transfer {
    int run(ByteBuffer part) throws IOException;
  }

  private int transfer(ByteBuffer buffer, Transfer transfer) throws IOException {
    int end = buffer.limit();
    buffer.limit(buffer.position() + Math.min(buffer.remaining(), fileSystem.portion()));
    try {
      return transfer.run(buffer);
    } finally {
      buffer.limit(end);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    fileSystem.call("read");
    return transfer(target, channel::read);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    fileSystem.call("write");
    return transfer(source, channel::write);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    fileSystem.call("size");
    return channel.size();
  }

  @Override
  public SeekableByteChannel truncate(long size) throws IOException {
    fileSystem.call("truncate");
    channel.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    fileSystem.call("close");
  }
}
