package dev.layerfs.volume;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.MappableFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;

/** An open file of a mounted view, whose node is one of the view that it is mounted in. */
final class MountedFile implements MappableFile {
  private final MountedNode node;
  private final FileHandle file;

  MountedFile(MountedNode node, FileHandle file) {
    this.node = node;
    this.file = file;
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public int read(ByteBuffer target, long position) throws PosixException {
    return file.read(target, position);
  }

  @Override
  public void write(ByteBuffer source, long position) throws PosixException {
    file.write(source, position);
  }

  @Override
  public void truncate(long size) throws PosixException {
    file.truncate(size);
  }

  @Override
  public Stat stat() throws PosixException {
    return file.stat();
  }

  @Override
  public long size() throws PosixException {
    return file.size();
  }

  @Override
  public void sync() throws PosixException {
    file.sync();
  }

  @Override
  public long seek(long position, boolean data) throws PosixException {
    return file.seek(position, data);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws PosixException {
    return file.map(mode, position, size);
  }

  @Override
  public <T> T map(MapMode mode, long position, long size, FileMapper<T> mapper)
      throws PosixException {
    if (file instanceof MappableFile mappable) {
      return mappable.map(mode, position, size, mapper);
    }
    throw new UnsupportedOperationException("this file can't be mapped in this way");
  }

  @Override
  public void close() throws PosixException {
    file.close();
  }
}
