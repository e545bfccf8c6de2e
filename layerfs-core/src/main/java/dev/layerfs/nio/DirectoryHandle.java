package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import java.nio.ByteBuffer;
import java.nio.file.AccessMode;
import java.util.Set;

/** A directory that was opened for reading, which is allowed; to read it is not. */
record DirectoryHandle(PosixView view, Node node) implements FileHandle {
  /** Opens a directory, for which it must be readable. */
  static DirectoryHandle open(PosixView view, Node directory) throws PosixException {
    view.access(directory, Set.of(AccessMode.READ));
    return new DirectoryHandle(view, directory);
  }

  @Override
  public int read(ByteBuffer target, long position) throws PosixException {
    throw new PosixException(Errno.EISDIR, node.toString());
  }

  @Override
  public void write(ByteBuffer source, long position) throws PosixException {
    throw new PosixException(Errno.EBADF, node.toString());
  }

  @Override
  public void truncate(long size) throws PosixException {
    throw new PosixException(Errno.EINVAL, node.toString());
  }

  @Override
  public Stat stat() throws PosixException {
    return view.stat(node);
  }

  @Override
  public long size() throws PosixException {
    return stat().size();
  }

  @Override
  public void sync() throws PosixException {
    view.sync();
  }

  @Override
  public long seek(long position, boolean data) throws PosixException {
    throw new PosixException(Errno.EINVAL, node.toString());
  }

  @Override
  public void close() {
    // nothing is held
  }
}
