package dev.layerfs.testing.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** A channel whose changes are noted in a journal. */
final class CrashChannel extends FileChannel {
  private final Journal journal;
  private final int inode;
  private final FileChannel channel;
  private final boolean append;

  CrashChannel(Journal journal, int inode, FileChannel channel, boolean append) {
    this.journal = journal;
    this.inode = inode;
    this.channel = channel;
    this.append = append;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return channel.read(targets, offset, length);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    synchronized (journal) {
      long position = append ? channel.size() : channel.position();
      byte[] bytes = bytes(source);
      int written = channel.write(source);
      journal.add(new Change.Write(inode, (int) position, bytes));
      return written;
    }
  }

  private static byte[] bytes(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(sources[i]);
    }
    return written;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    synchronized (journal) {
      byte[] bytes = bytes(source);
      int written = channel.write(source, position);
      journal.add(new Change.Write(inode, (int) position, bytes));
      return written;
    }
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    synchronized (journal) {
      if (size < channel.size()) {
        channel.truncate(size);
        journal.add(new Change.Truncate(inode, (int) size));
      }
    }
    return this;
  }

  @Override
  public void force(boolean metadata) throws IOException {
    journal.forcing().begin();
    synchronized (journal) {
      channel.force(metadata);
      journal.add(new Change.Force(inode));
    }
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return channel.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    int length = source.read(buffer);
    return length <= 0 ? 0 : write(buffer.flip(), position);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return channel.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return channel.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
