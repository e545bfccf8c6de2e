package dev.layerfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A store's changes until the process dies: after a number of them none is made any more, by any thread. */
final class DyingIo implements StoreIo {
  private final StoreIo io;
  private final AtomicInteger left;

  DyingIo(StoreIo io, int changes) {
    this.io = io;
    this.left = new AtomicInteger(changes);
  }

  void dieAfter(int changes) {
    left.set(changes);
  }

  boolean isDead() {
    return left.get() < 0;
  }

  private void live() throws IOException {
    if (left.decrementAndGet() < 0) {
      throw new IOException("the process is dead");
    }
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    live();
    return io.create(file);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    live();
    io.write(channel, bytes);
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    live();
    io.force(channel);
  }

  @Override
  public void syncFile(Path file) throws IOException {
    live();
    io.syncFile(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    live();
    io.rename(from, to);
  }

  @Override
  public void mkdir(Path directory) throws IOException {
    live();
    io.mkdir(directory);
  }

  @Override
  public void unlink(Path file) throws IOException {
    live();
    io.unlink(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    live();
    io.syncDirectory(directory);
  }
}
