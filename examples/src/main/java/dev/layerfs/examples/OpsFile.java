package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/** An open regular file, and its file offset. */
final class OpsFile implements OpsHandle {
  private final FileHandle handle;
  private final boolean writable;
  private final boolean appends;
  private long position;

  /**
   * Takes over a file.
   *
   * @param handle the open file
   * @param flags what it was opened for
   */
  OpsFile(FileHandle handle, Set<OpenFlag> flags) {
    this.handle = handle;
    this.writable = flags.contains(OpenFlag.WRITE);
    this.appends = flags.contains(OpenFlag.APPEND);
  }

  @Override
  public byte[] read(long from, long length) throws PosixException {
    long left = Math.max(0, handle.size() - from);
    byte[] data = new byte[(int) Math.min(Math.min(length, left), OpsSession.MAX_CONTENT)];
    int read = handle.read(ByteBuffer.wrap(data), from);
    return read == data.length ? data : Arrays.copyOf(data, Math.max(0, read));
  }

  @Override
  public void write(byte[] data, long to) throws PosixException {
    handle.write(ByteBuffer.wrap(data), to);
  }

  @Override
  public void write(byte[] data) throws PosixException {
    handle.write(ByteBuffer.wrap(data), position);
    if (data.length > 0) { // else the offset stays, also of a handle that appends
      position = appends ? handle.size() : position + data.length;
    }
  }

  @Override
  public void truncate(long size) throws PosixException {
    if (!writable) { // not EBADF, as for a write
      throw new PosixException(Errno.EINVAL, "a handle that was not opened for writing");
    }
    handle.truncate(size);
  }

  @Override
  public Stat stat() throws PosixException {
    return handle.stat();
  }

  @Override
  public void sync() throws PosixException {
    handle.sync();
  }

  @Override
  public long seek(long from, boolean data) throws PosixException {
    position = handle.seek(from, data);
    return position;
  }

  @Override
  public void close() throws PosixException {
    handle.close();
  }
}
