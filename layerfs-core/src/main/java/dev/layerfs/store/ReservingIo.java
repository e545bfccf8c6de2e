package dev.layerfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Writes only what leaves a {@link SpaceReserve}; else it is as the {@link StoreIo} beneath. */
final class ReservingIo implements StoreIo {
  private final StoreIo io;
  private final SpaceReserve reserve;

  ReservingIo(StoreIo io, SpaceReserve reserve) {
    this.io = io;
    this.reserve = reserve;
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    return new ReservingChannel(io.create(file), reserve);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    reserve.write(bytes.remaining());
    io.write(beneath(channel), bytes);
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    io.force(beneath(channel));
  }

  private static FileChannel beneath(FileChannel channel) {
    return channel instanceof ReservingChannel reserving ? reserving.beneath() : channel;
  }

  @Override
  public void syncFile(Path file) throws IOException {
    io.syncFile(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    io.rename(from, to);
  }

  @Override
  public void mkdir(Path directory) throws IOException {
    io.mkdir(directory);
  }

  @Override
  public void makePrivate(Path directory) throws IOException {
    io.makePrivate(directory);
  }

  @Override
  public void unlink(Path file) throws IOException {
    io.unlink(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    io.syncDirectory(directory);
  }
}
