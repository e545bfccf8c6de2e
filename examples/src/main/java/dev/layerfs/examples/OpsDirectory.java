package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;

/**
 * An open directory.
 *
 * @param view where it is
 * @param node the directory
 */
record OpsDirectory(PosixView view, Node node) implements OpsHandle {
  @Override
  public byte[] read(long position, long length) throws PosixException {
    throw failure(Errno.EISDIR);
  }

  @Override
  public void write(byte[] data, long position) throws PosixException {
    throw failure(Errno.EBADF);
  }

  @Override
  public void write(byte[] data) throws PosixException {
    throw failure(Errno.EBADF);
  }

  @Override
  public void truncate(long size) throws PosixException {
    throw failure(Errno.EINVAL);
  }

  @Override
  public Stat stat() throws PosixException {
    return view.stat(node);
  }

  @Override
  public void sync() throws PosixException {
    view.sync();
  }

  @Override
  public long seek(long position, boolean data) throws PosixException {
    throw failure(Errno.EINVAL);
  }

  @Override
  public void close() {}

  private static PosixException failure(Errno errno) {
    return new PosixException(errno, "an open directory");
  }
}
