package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open regular file: bytes of the image until the inode is copied up, then the upper's file.
 *
 * <p>The JDK closes a channel under all its users when a thread that reads from it is interrupted. That thread gets {@link
 * Errno#EINTR}, as from a system call; for all others the file is opened again.
 */
final class OpenFile implements FileHandle {
  /** The longest file ({@code s_maxbytes} of ext4 with 4 KiB blocks). */
  private static final long MAX_SIZE = (1L << 44) - 4096;

  private final UnionView view;
  private final UnionNode node;
  private final Set<OpenFlag> flags;

  /** Another open handle of the same inode; belongs to {@link OpenFiles}. */
  @Nullable
  OpenFile next;

  private volatile @Nullable FileChannel channel;
  private volatile boolean closed;

  OpenFile(UnionView view, UnionNode node, Set<OpenFlag> flags) {
    this.view = view;
    this.node = node;
    this.flags = flags;
  }

  /** What is done with a channel, again if another thread's interrupt closed it. */
  private interface Action<T> {
    T apply(FileChannel channel) throws IOException;
  }

  @Override
  public UnionNode node() {
    return node;
  }

  @Override
  public int read(ByteBuffer target, long position) throws PosixException {
    check(flags.contains(OpenFlag.READ));
    if (position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    } else if (!target.hasRemaining()) {
      return 0;
    } else if (node.upper() == null) {
      return view.inodes().lower.read(node.nid, position, target);
    }
    return run(file -> readFully(file, target, position));
  }

  private static int readFully(FileChannel file, ByteBuffer target, long position)
      throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int n = file.read(target, position + total);
      if (n < 0) {
        return total == 0 ? -1 : total;
      }
      total += n;
    }
    return total;
  }

  @Override
  public long write(ByteBuffer source, long position) throws PosixException {
    check(flags.contains(OpenFlag.WRITE));
    UpperInode inode = upper();
    boolean append = flags.contains(OpenFlag.APPEND);
    if (!append && position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    } else if (!source.hasRemaining()) {
      return append ? size() : position;
    }
    view.attributes().dropCapability(inode);
    view.inodes().touch(inode);
    int before = source.position();
    try {
      return append ? append(source, inode) : run(file -> writeFully(file, source, position));
    } finally {
      if (source.position() > before) { // perhaps not all, if it failed
        view.modified(node);
      }
    }
  }

  private long append(ByteBuffer source, UpperInode inode) throws PosixException {
    synchronized (inode) { // appends of all handles follow each other
      return run(file -> writeFully(file, source, file.size()));
    }
  }

  private long writeFully(FileChannel file, ByteBuffer source, long position) throws IOException {
    if (position > MAX_SIZE - source.remaining()) {
      throw new PosixException(Errno.EFBIG, node.toString());
    }
    long at = position;
    while (source.hasRemaining()) {
      at += file.write(source, at);
    }
    if (flags.contains(OpenFlag.SYNC)) {
      file.force(true);
    }
    return at;
  }

  @Override
  public void truncate(long size) throws PosixException {
    check(flags.contains(OpenFlag.WRITE));
    if (size < 0 || size > MAX_SIZE) {
      throw new PosixException(size < 0 ? Errno.EINVAL : Errno.EFBIG, node.toString());
    }
    UpperInode inode = upper();
    view.attributes().dropCapability(inode);
    view.inodes().touch(inode);
    boolean changed = run(file -> resize(file, size));
    if (!changed) {
      view.attributes().setModified(inode);
    }
    view.modified(node);
  }

  /** Returns whether the size changed: if not, the JDK makes no system call, and the file keeps its time. */
  private static boolean resize(FileChannel file, long size) throws IOException {
    long before = file.size();
    if (size > before) {
      file.write(ByteBuffer.allocate(1), size - 1);
    } else {
      file.truncate(size);
    }
    return size != before;
  }

  @Override
  public Stat stat() throws PosixException {
    check(true);
    return view.stat(node);
  }

  @Override
  public long size() throws PosixException {
    check(true);
    return node.upper() == null ? view.inodes().lower.size(node.nid) : run(FileChannel::size);
  }

  @Override
  public void sync() throws PosixException {
    check(true);
    if (node.upper() != null) {
      run(file -> {
        file.force(true);
        return true;
      });
    }
  }

  /** Neither the image's reader nor the JDK tells holes from data: a file is one run of data. */
  @Override
  public long seek(long position, boolean data) throws PosixException {
    long size = size();
    if (position < 0 || position >= size) {
      throw new PosixException(Errno.ENXIO, node.toString());
    }
    return data ? position : size;
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws PosixException {
    check(flags.contains(OpenFlag.READ));
    check(mode == MapMode.READ_ONLY || flags.contains(OpenFlag.WRITE));
    long length = size();
    if (position < 0 || size < 0 || position > length - size) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    UpperInode inode = node.upper();
    if (inode == null) {
      return view.inodes().lower.map(node.nid, position, size);
    } else if (mode == MapMode.READ_WRITE) {
      view.inodes().touch(inode);
    }
    try {
      return run(file -> file.map(mode, position, size));
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException("the host can't map files into memory", e);
    }
  }

  @Override
  public void close() throws PosixException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      FileChannel open = channel;
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      throw HostErrors.of(e, node.toString());
    } finally {
      view.closed(this);
    }
  }

  private UpperInode upper() throws PosixException {
    UpperInode inode = node.upper();
    if (inode == null) {
      throw new PosixException(Errno.EBADF, node.toString());
    }
    return inode;
  }

  private void check(boolean allowed) throws PosixException {
    if (closed || !allowed) {
      throw new PosixException(Errno.EBADF, node.toString());
    }
  }

  private <T> T run(Action<T> action) throws PosixException {
    while (true) {
      FileChannel file = channel();
      try {
        return action.apply(file);
      } catch (ClosedByInterruptException e) {
        throw new PosixException(Errno.EINTR, node.toString(), e);
      } catch (ClosedChannelException e) {
        check(true); // closed by us: EBADF; by another thread's interrupt: once more
      } catch (IOException e) {
        throw HostErrors.of(e, node.toString());
      }
    }
  }

  /** Opens the upper's file, the first time or after an interrupt. */
  FileChannel channel() throws PosixException {
    FileChannel open = channel;
    if (open != null && open.isOpen()) {
      return open;
    }
    view.inodes().lock.readLock().lock();
    try {
      return reopen();
    } finally {
      view.inodes().lock.readLock().unlock();
    }
  }

  private synchronized FileChannel reopen() throws PosixException {
    check(true);
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      boolean write = flags.contains(OpenFlag.WRITE);
      Inodes inodes = view.inodes();
      open = inodes.upper().host().open(inodes.path(upper()), write);
      channel = open;
    }
    return open;
  }
}
