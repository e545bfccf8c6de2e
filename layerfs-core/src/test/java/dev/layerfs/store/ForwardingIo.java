package dev.layerfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A store's changes, each announced before it is made; who is told can throw, and it is not made. */
abstract class ForwardingIo implements StoreIo {
  private final StoreIo io;

  ForwardingIo(StoreIo io) {
    this.io = io;
  }

  /** A change is about to be made. */
  abstract void change() throws IOException;

  /** Something is about to be made durable: {@code what} is a channel or a path. */
  void sync(Object what) throws IOException {
    change();
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    change();
    return io.create(file);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    change();
    io.write(channel, bytes);
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    sync(channel);
    io.force(channel);
  }

  @Override
  public void syncFile(Path file) throws IOException {
    sync(file);
    io.syncFile(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change();
    io.rename(from, to);
  }

  @Override
  public void mkdir(Path directory) throws IOException {
    change();
    io.mkdir(directory);
  }

  @Override
  public void makePrivate(Path directory) throws IOException {
    change();
    io.makePrivate(directory);
  }

  @Override
  public void unlink(Path file) throws IOException {
    change();
    io.unlink(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    sync(directory);
    io.syncDirectory(directory);
  }
}
