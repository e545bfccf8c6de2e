package dev.layerfs.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel of a provider that has no file channels, as one: one thread at a time, without locks and mappings. */
final class ByteFileChannel extends FileChannel {
  private final SeekableByteChannel channel;

  ByteFileChannel(SeekableByteChannel channel) {
    this.channel = channel;
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public synchronized long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int n = channel.read(targets[i]);
      if (n < 0) {
        return total == 0 ? -1 : total;
      }
      total += n;
    }
    return total;
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    return channel.write(source);
  }

  @Override
  public synchronized long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += channel.write(sources[i]);
    }
    return total;
  }

  @Override
  public synchronized long position() throws IOException {
    return channel.position();
  }

  @Override
  public synchronized FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public synchronized long size() throws IOException {
    return channel.size();
  }

  @Override
  public synchronized FileChannel truncate(long size) throws IOException {
    channel.truncate(size);
    return this;
  }

  /** What is durable is the provider's business. */
  @Override
  public void force(boolean metadata) {}

  @Override
  public synchronized long transferTo(long position, long count, WritableByteChannel target)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    int n = read(buffer, position);
    return n <= 0 ? 0 : target.write(buffer.flip());
  }

  @Override
  public synchronized long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    int n = source.read(buffer);
    return n <= 0 ? 0 : write(buffer.flip(), position);
  }

  @Override
  public synchronized int read(ByteBuffer target, long position) throws IOException {
    return channel.position(position).read(target);
  }

  @Override
  public synchronized int write(ByteBuffer source, long position) throws IOException {
    return channel.position(position).write(source);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
