package dev.layerfs.volume;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.ChannelIo;
import dev.layerfs.union.Holes;
import dev.layerfs.union.HostErrors;
import dev.layerfs.union.MappableFile;
import dev.layerfs.union.Quota;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Set;

/**
 * An open regular file of a host. The JDK closes a channel under all its users when a thread that uses it is interrupted: that
 * thread gets {@link Errno#EINTR}, for all others the file is opened again; one that has no name any more is {@link
 * Errno#ESTALE} then.
 */
final class HostFile implements MappableFile {
  private final HostView view;
  private final HostNode node;
  private final HostTree tree;
  private final Set<OpenFlag> flags;
  private volatile FileChannel channel;
  private volatile Stat last; // the attributes that it had when it was last seen under a name
  private volatile boolean closed;

  HostFile(HostView view, HostNode node, Set<OpenFlag> flags) throws PosixException {
    this.view = view;
    this.node = node;
    this.tree = node.tree();
    this.flags = Set.copyOf(flags);
    HostTree.Found found = tree.find(node);
    this.last = found.stat();
    this.channel = open(found);
  }

  /** The place must show the node also when the file is open: else it is another's content. */
  private FileChannel open(HostTree.Found found) throws PosixException {
    FileChannel opened = tree.files().open(found.path(), flags.contains(OpenFlag.WRITE));
    try {
      Stat now = tree.files().stat(found.path());
      if (now.type() == FileType.REGULAR && now.inode() == found.stat().inode()) {
        return opened;
      }
    } catch (PosixException e) {
      closeQuietly(opened);
      throw e;
    }
    closeQuietly(opened);
    throw new PosixException(Errno.ESTALE, node.toString());
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException | RuntimeException e) {
      System.getLogger(HostFile.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a file that is another", e);
    }
  }

  /** What is done with a channel, again if another thread's interrupt closed it. */
  private interface Action<T> {
    T apply(FileChannel channel) throws IOException;
  }

  /** Whatever a provider throws is an errno. */
  private <T> T run(Action<T> action) throws PosixException {
    try {
      return repeat(action);
    } catch (RuntimeException e) {
      throw HostErrors.of(e, node.toString());
    }
  }

  private <T> T repeat(Action<T> action) throws PosixException {
    while (true) {
      FileChannel file = channel;
      try {
        return action.apply(file);
      } catch (ClosedByInterruptException e) {
        throw new PosixException(Errno.EINTR, node.toString(), e);
      } catch (ClosedChannelException e) {
        check(true); // closed by us: EBADF; by another thread's interrupt: once more
        reopen(file);
      } catch (IOException e) {
        throw HostErrors.of(e, node.toString());
      }
    }
  }

  private void reopen(FileChannel before) throws PosixException {
    tree.reading(() -> {
      synchronized (this) {
        check(true);
        if (channel == before) {
          channel = open(tree.find(node));
        }
      }
      return true;
    });
  }

  private void check(boolean allowed) throws PosixException {
    if (closed || !allowed) {
      throw new PosixException(Errno.EBADF, node.toString());
    }
  }

  @Override
  public HostNode node() {
    return node;
  }

  @Override
  public int read(ByteBuffer target, long position) throws PosixException {
    check(flags.contains(OpenFlag.READ));
    if (position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    return target.hasRemaining() ? run(file -> ChannelIo.read(file, target, position)) : 0;
  }

  @Override
  public void write(ByteBuffer source, long position) throws PosixException {
    check(flags.contains(OpenFlag.WRITE));
    boolean append = flags.contains(OpenFlag.APPEND);
    if (!append && position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    } else if (!source.hasRemaining()) {
      return;
    }
    view.dropPrivileges(node);
    int before = source.position();
    try {
      if (append || tree.quota() != null) {
        writeInTurn(source, append, position);
      } else {
        run(file -> write(file, source, position));
      }
      if (flags.contains(OpenFlag.SYNC)) {
        force();
      }
    } finally {
      if (source.position() > before) { // perhaps not all, if it failed
        modified();
      }
    }
  }

  private boolean write(FileChannel file, ByteBuffer source, long position) throws IOException {
    ChannelIo.write(file, source, position, node);
    return true;
  }

  private void force() throws PosixException {
    tree.force(() -> run(file -> {
      file.force(true);
      return true;
    }));
  }

  /** Appends of all handles follow each other; and so does what is charged, as it depends on the length. */
  private void writeInTurn(ByteBuffer source, boolean append, long position) throws PosixException {
    synchronized (node.content) {
      run(file -> {
        long size = file.size();
        long start = append ? size : position;
        long end = Math.max(size, start + source.remaining());
        charge(size, end);
        try {
          return write(file, source, start);
        } catch (IOException e) {
          charge(end, file.isOpen() ? file.size() : size);
          throw e;
        }
      });
    }
  }

  private void charge(long before, long after) throws PosixException {
    Quota quota = tree.quota();
    long more = Quota.space(after) - Quota.space(before);
    if (quota != null && more > 0) {
      quota.charge(more, 0);
    } else if (quota != null) {
      quota.release(-more, 0);
    }
  }

  private void modified() throws PosixException {
    view.modified(node);
  }

  @Override
  public void truncate(long size) throws PosixException {
    check(flags.contains(OpenFlag.WRITE));
    ChannelIo.checkSize(size, node);
    view.dropPrivileges(node);
    boolean resized;
    synchronized (node.content) {
      resized = run(file -> {
        long before = file.size();
        long larger = Math.max(before, size);
        charge(before, larger);
        boolean done = ChannelIo.resize(file, size);
        charge(larger, file.size());
        return done;
      });
    }
    if (!resized) { // ftruncate(2) and O_TRUNC change the time even so
      view.touch(node);
    }
    modified();
  }

  @Override
  public Stat stat() throws PosixException {
    check(true);
    if (node.removed() == null) {
      try {
        last = view.stat(node);
        return last;
      } catch (PosixException e) {
        if (e.errno() != Errno.ESTALE) {
          throw e;
        }
      }
    }
    Stat removed = node.removed();
    Stat known = removed == null ? last : removed;
    return known.withLinks(0).withSize(size());
  }

  @Override
  public long size() throws PosixException {
    check(true);
    return run(FileChannel::size);
  }

  @Override
  public void sync() throws PosixException {
    check(true);
    force();
  }

  /** The JDK doesn't tell holes from data: blocks of zeros are holes. */
  @Override
  public long seek(long position, boolean data) throws PosixException {
    check(true);
    Holes.Source source = (target, at) -> run(file -> ChannelIo.read(file, target, at));
    return new Holes(source, size()).seek(position, data);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws PosixException {
    return map(mode, position, size, FileMapper.BUFFERS);
  }

  @Override
  public <T> T map(MapMode mode, long position, long size, FileMapper<T> mapper)
      throws PosixException {
    check(flags.contains(OpenFlag.READ));
    check(mode == MapMode.READ_ONLY || flags.contains(OpenFlag.WRITE));
    if (position < 0 || size < 0 || position > size() - size) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    if (mode == MapMode.READ_WRITE) {
      view.dropPrivileges(node);
    }
    try {
      return repeat(file -> mapper.map(file, mode, position, size));
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
    long size = tree.quota() == null ? 0 : sizeOrNothing();
    try {
      channel.close();
    } catch (IOException e) {
      throw HostErrors.of(e, node.toString());
    } catch (RuntimeException e) {
      throw HostErrors.of(e, node.toString());
    } finally {
      view.closed(this, size);
    }
  }

  private long sizeOrNothing() {
    try {
      return channel.size();
    } catch (IOException | RuntimeException e) {
      return last.size();
    }
  }
}
