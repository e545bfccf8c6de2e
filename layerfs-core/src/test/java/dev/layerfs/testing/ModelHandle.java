package dev.layerfs.testing;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.ByteBuffer;
import java.util.Set;

/** An open file of a {@link ModelView}. */
final class ModelHandle implements FileHandle {
  /** The longest file ({@code s_maxbytes} of ext4 with 4 KiB blocks). */
  private static final long MAX_SIZE = (1L << 44) - 4096;

  private final ModelNode node;
  private final Set<OpenFlag> flags;
  private boolean closed;

  ModelHandle(ModelNode node, Set<OpenFlag> flags) {
    this.node = node;
    this.flags = flags;
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public int read(ByteBuffer target, long position) throws PosixException {
    synchronized (node.view) {
      checkOpen(flags.contains(OpenFlag.READ));
      return node.content.read(target, position);
    }
  }

  @Override
  public void write(ByteBuffer source, long position) throws PosixException {
    synchronized (node.view) {
      checkOpen(flags.contains(OpenFlag.WRITE));
      long at = flags.contains(OpenFlag.APPEND) ? node.content.size() : position;
      if (!source.hasRemaining()) {
        return;
      }
      long end = at + source.remaining();
      if (end < 0 || end > MAX_SIZE) {
        throw new PosixException(Errno.EFBIG, node.toString());
      }
      node.content.write(source, at);
      contentChanged();
    }
  }

  @Override
  public void truncate(long size) throws PosixException {
    synchronized (node.view) {
      checkOpen(flags.contains(OpenFlag.WRITE));
      if (size < 0 || size > MAX_SIZE) {
        throw new PosixException(size < 0 ? Errno.EINVAL : Errno.EFBIG, node.toString());
      }
      node.content.truncate(size);
      contentChanged();
    }
  }

  @Override
  public Stat stat() throws PosixException {
    synchronized (node.view) {
      checkOpen(true);
      return node.stat();
    }
  }

  @Override
  public long size() throws PosixException {
    return stat().size();
  }

  @Override
  public void sync() throws PosixException {
    synchronized (node.view) {
      checkOpen(true);
    }
  }

  @Override
  public long seek(long position, boolean data) throws PosixException {
    synchronized (node.view) {
      checkOpen(true);
      long size = node.content.size();
      long found = position < 0 || position >= size ? -1 : node.content.seek(position, data);
      if (found < 0) {
        throw new PosixException(Errno.ENXIO, node.toString());
      }
      return found;
    }
  }

  @Override
  public void close() {
    synchronized (node.view) {
      closed = true;
    }
  }

  private void checkOpen(boolean allowed) throws PosixException {
    if (closed || !allowed) {
      throw new PosixException(Errno.EBADF, node.toString());
    }
    node.view.checkOpen();
  }

  /** A write or truncation by root keeps the set-id bits but not the file's capabilities (fs/attr.c). */
  private void contentChanged() {
    node.xattrs.remove(ModelView.CAPABILITY);
    node.modified(node.view.now());
  }
}
