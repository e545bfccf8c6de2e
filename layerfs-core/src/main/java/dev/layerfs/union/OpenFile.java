package dev.layerfs.union;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open regular file: bytes of the image until the inode is copied up, then the upper's file.
 *
 * <p>The JDK closes a channel under all its users when a thread that reads from it is interrupted. That thread gets {@link
 * Errno#EINTR}, as from a system call; for all others the file is opened again.
 */
final class OpenFile implements MappableFile {
  private static final long ALL = Long.MAX_VALUE;

  private final UnionView view;
  private final UnionNode node;
  private final boolean readable;
  private final boolean writable;
  private final boolean appends;
  private final boolean syncs;

  /** Another open handle of the same inode; belongs to {@link OpenFiles}. */
  @Nullable
  OpenFile next;

  private volatile @Nullable Opened opened;
  private volatile boolean closed;

  /**
   * Opens a file; the host's is opened when it is needed.
   *
   * @param content the host's file, if it is open already because it was just made; closed with this
   */
  OpenFile(UnionView view, UnionNode node, Set<OpenFlag> flags, @Nullable FileChannel content) {
    this.view = view;
    this.node = node;
    this.readable = flags.contains(OpenFlag.READ);
    this.writable = flags.contains(OpenFlag.WRITE);
    this.appends = flags.contains(OpenFlag.APPEND);
    this.syncs = flags.contains(OpenFlag.SYNC);
    UpperInode inode = node.upper();
    this.opened = content == null || inode == null ? null : new Opened(inode, content);
  }

  /**
   * An open file of the host.
   *
   * @param of what it was opened for: an inode of the upper, or what is beneath the upper
   */
  private record Opened(Object of, FileChannel channel) {}

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
    check(readable);
    if (position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    } else if (!target.hasRemaining()) {
      return 0;
    } else if (isInImage()) {
      return view.inodes().lower().read(node.nid, position, target);
    }
    return readUpper(target, position);
  }

  private int readUpper(ByteBuffer target, long position) throws PosixException {
    return run(file -> {
      SparseContent sparse = sparse();
      return sparse == null
          ? ChannelIo.read(file, target, position)
          : sparse.read(file, target, position);
    });
  }

  /** Returns what the upper's file was copied up without, null if that is whole, or there is none. */
  private @Nullable SparseContent sparse() {
    UpperInode inode = node.upper();
    return inode == null ? null : inode.sparse;
  }

  /** Whether content is read in place. */
  private boolean isInImage() {
    return node.upper() == null && !view.inodes().lower().isChanged(node.nid);
  }

  @Override
  public void write(ByteBuffer source, long position) throws PosixException {
    check(writable);
    if (!appends && position < 0) {
      throw new PosixException(Errno.EINVAL, node.toString());
    } else if (!source.hasRemaining()) {
      return;
    }
    change(() -> {
      UpperInode inode = writable();
      int before = source.position();
      try {
        if (appends) {
          append(source, inode);
        } else {
          writeAt(source, position, space(inode));
        }
        if (syncs) {
          force();
        }
        return true;
      } finally {
        if (source.position() > before) { // perhaps not all, if it failed
          modified(inode);
        }
      }
    });
  }

  private <T> T change(Changes.Step<T> step) throws PosixException {
    try (Locks.Held writing = view.changes().writing()) {
      check(true);
      return step.take();
    }
  }

  private void modified(UpperInode inode) {
    view.inodes().touch(inode);
    view.modified(node);
  }

  private void append(ByteBuffer source, UpperInode inode) throws PosixException {
    FileSpace space = space(inode);
    synchronized (inode) { // appends of all handles follow each other
      if (space != null || !run(file -> sparse() == null && ChannelIo.append(file, source))) {
        writeAt(source, run(FileChannel::size), space); // it has to be known where the end is
      }
    }
  }

  private void writeAt(ByteBuffer source, long position, @Nullable FileSpace space)
      throws PosixException {
    if (space == null) {
      writeFully(source, position);
      return;
    }
    long end = position + source.remaining();
    ChannelIo.checkSize(end < 0 ? Long.MAX_VALUE : end, node);
    space.write(end, () -> writeFully(source, position), this::sizeOnHost);
  }

  /** Returns what the file is charged with, null where nothing is limited. */
  private @Nullable FileSpace space(UpperInode inode) throws PosixException {
    SpaceAccount account = view.inodes().upper().account();
    FileSpace known = account == null ? null : account.known(inode.hostInode);
    return account == null || known != null
        ? known
        : atPlace((host, place) -> account.of(host.stat(place)));
  }

  private long sizeOnHost() throws PosixException {
    return atPlace((host, place) -> host.stat(place).size());
  }

  private interface AtPlace<T> {
    T run(HostFiles host, Path place) throws PosixException;
  }

  private <T> T atPlace(AtPlace<T> action) throws PosixException {
    return view.inodes()
        .look(
            node,
            beneath -> {
              throw new PosixException(Errno.ESTALE, node.toString());
            },
            (inode, place) -> action.run(view.inodes().upper().host(), place));
  }

  private boolean writeFully(ByteBuffer source, long position) throws PosixException {
    int start = source.position();
    return run(file -> write(file, source, position + source.position() - start));
  }

  private boolean write(FileChannel file, ByteBuffer source, long position) throws IOException {
    SparseContent sparse = sparse();
    if (sparse == null) {
      ChannelIo.write(file, source, position, node);
    } else {
      sparse.write(file, source, position, node);
    }
    return true;
  }

  private void force() throws PosixException {
    view.inodes()
        .force(() -> run(file -> {
          file.force(true);
          SparseContent sparse = sparse();
          if (sparse != null) {
            sparse.sync();
          }
          return true;
        }));
  }

  @Override
  public void truncate(long size) throws PosixException {
    check(writable);
    ChannelIo.checkSize(size, node);
    withContent(size, this::writable, () -> {
      UpperInode inode = inUpper();
      if (resize(size, inode)) {
        modified(inode);
      } else { // ftruncate(2) and O_TRUNC change the time even so
        view.utimens(node, null, Timespec.of(Instant.now()));
      }
      return true;
    });
  }

  /**
   * Does something with the upper's file that needs all of its content, or that before a size.
   *
   * @param size what is after it need not be there
   * @param upper returns the inode in the upper, null if there is none
   */
  private <T> T withContent(
      long size, Changes.Step<@Nullable UpperInode> upper, Changes.Step<T> step)
      throws PosixException {
    while (true) {
      try (Locks.Held writing = view.changes().writing()) {
        check(true);
        if (isWhole(upper.take(), size)) {
          return step.take();
        }
      }
      view.handles().settle(node, size);
    }
  }

  private static boolean isWhole(@Nullable UpperInode inode, long size) {
    SparseContent sparse = inode == null ? null : inode.sparse;
    return sparse == null || size < ALL && size >= sparse.size();
  }

  private boolean resize(long size, UpperInode inode) throws PosixException {
    FileSpace space = space(inode);
    Changes.Step<Boolean> step = () -> run(file -> {
      SparseContent sparse = inode.sparse;
      if (sparse != null) {
        sparse.grow(file);
      }
      return ChannelIo.resize(file, size);
    });
    return space == null ? step.take() : space.resize(size, step, this::sizeOnHost);
  }

  @Override
  public Stat stat() throws PosixException {
    check(true);
    return view.stat(node);
  }

  @Override
  public long size() throws PosixException {
    check(true);
    return isInImage() ? view.inodes().lower().size(node.nid) : run(FileChannel::size);
  }

  @Override
  public void sync() throws PosixException {
    check(true);
    if (!isInImage()) {
      force();
    }
  }

  /** The JDK doesn't tell holes from data: blocks of zeros are holes. */
  @Override
  public long seek(long position, boolean data) throws PosixException {
    check(true);
    return new Holes(this::readAt, size()).seek(position, data);
  }

  private int readAt(ByteBuffer target, long position) throws PosixException {
    return isInImage()
        ? view.inodes().lower().read(node.nid, position, target)
        : readUpper(target, position);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws PosixException {
    return map(mode, position, size, FileMapper.BUFFERS);
  }

  @Override
  public <T> T map(MapMode mode, long position, long size, FileMapper<T> mapper)
      throws PosixException {
    check(readable);
    check(mode == MapMode.READ_ONLY || writable);
    long length = size();
    if (position < 0 || size < 0 || position > length - size) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    if (mode == MapMode.READ_WRITE) {
      return withContent(ALL, this::writable, () -> {
        T mapped = mapChannel(mode, position, size, mapper);
        view.inodes().touch(inUpper());
        if (size > 0) {
          view.mapped(mapper.inUse(mapped));
        }
        return mapped;
      });
    }
    if (mode == MapMode.PRIVATE) {
      return mapPrivately(position, size, mapper);
    }
    return isInImage()
        ? view.inodes().lower().map(node.nid, position, size, mapper)
        : withContent(ALL, () -> node.upper(), () -> mapChannel(mode, position, size, mapper));
  }

  /** The host's channel has to be one that could write. */
  private <T> T mapPrivately(long position, long size, FileMapper<T> mapper) throws PosixException {
    return withContent(
        ALL, this::inUpper, () -> mapChannel(MapMode.PRIVATE, position, size, mapper));
  }

  private <T> T mapChannel(MapMode mode, long position, long size, FileMapper<T> mapper)
      throws PosixException {
    try {
      return run(file -> mapper.map(file, mode, position, size));
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
      Opened open = opened;
      if (open != null) {
        open.channel().close();
      }
    } catch (IOException e) {
      throw HostErrors.of(e, node.toString());
    } finally {
      view.handles().closed(this);
    }
  }

  /** Returns the upper's inode, ready to be written to. */
  private UpperInode writable() throws PosixException {
    UpperInode inode = inUpper();
    if (!inode.unprivileged) {
      view.dropPrivileges(node);
    }
    return inode;
  }

  private UpperInode inUpper() throws PosixException {
    UpperInode inode = node.upper();
    if (inode == null) { // another upper has come on top since the file was opened
      view.copyUp(node, true);
      inode = node.upper();
    }
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

  /** Opens the host's file, if there is one. */
  void prepare() throws PosixException {
    if (!isInImage()) {
      channel();
    }
  }

  /** Returns the host's file, opened the first time, after an interrupt, or if it is another by now. */
  private FileChannel channel() throws PosixException {
    Opened open = opened;
    UpperInode inode = node.upper();
    Object current = inode != null ? inode : view.inodes().lower();
    if (open != null && open.of() == current && open.channel().isOpen()) {
      return open.channel();
    }
    return view.inodes()
        .look(
            node,
            lower -> reopen(lower, () -> lower.open(node.nid)),
            (found, place) -> reopen(found, () -> open(place)));
  }

  private FileChannel open(Path place) throws PosixException {
    return view.inodes().upper().host().open(place, writable);
  }

  private synchronized FileChannel reopen(Object of, Changes.Step<FileChannel> opener)
      throws PosixException {
    check(true);
    Opened open = opened;
    if (open == null || open.of() != of || !open.channel().isOpen()) {
      Opened before = open;
      open = new Opened(of, opener.take());
      opened = open;
      if (before != null) {
        closeQuietly(before.channel()); // who still uses it takes the new one
      }
    }
    return open.channel();
  }

  /** Closes a channel of which nothing was lost if that fails. */
  static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(OpenFile.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a file that nobody uses any more", e);
    }
  }
}
