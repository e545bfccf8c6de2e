package dev.layerfs.nio;

import dev.layerfs.posix.Node;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file locks held through one file system. As {@link FileLock} has it they are held for the whole Java virtual
 * machine; another process can't see them.
 */
final class LockTable {
  private final Map<Node, List<Lock>> locks =
      new ConcurrentHashMap<>(); // changed only by who holds this

  /**
   * Locks a region of a file.
   *
   * @param size length of the region in bytes, 0 for all to the largest position
   * @throws OverlappingFileLockException if any of it is locked, by whichever channel
   */
  Lock lock(Node file, FileChannel channel, long position, long size, boolean shared) {
    return add(new Lock(file, channel, position, length(position, size), shared));
  }

  /** Locks a region of a file, in the same way. */
  Lock lock(Node file, AsynchronousFileChannel channel, long position, long size, boolean shared) {
    return add(new Lock(file, channel, position, length(position, size), shared));
  }

  private static long length(long position, long size) {
    return size == 0 && position >= 0 ? Long.MAX_VALUE - position : size;
  }

  private synchronized Lock add(Lock lock) {
    List<Lock> held = locks.computeIfAbsent(lock.file, node -> new ArrayList<>());
    if (held.stream().anyMatch(other -> other.overlaps(lock.position(), lock.size()))) {
      throw new OverlappingFileLockException();
    }
    held.add(lock);
    return lock;
  }

  /** Releases every lock that a channel holds. Every channel asks when it is closed, so where nobody locks nobody waits. */
  void release(Node file, Channel channel) {
    if (!locks.isEmpty()) {
      releaseAll(file, channel);
    }
  }

  private synchronized void releaseAll(Node file, Channel channel) {
    List<Lock> held = locks.get(file);
    if (held != null) {
      held.removeIf(lock -> lock.acquiredBy().equals(channel));
      dropIfEmpty(file, held);
    }
  }

  /** Releases a lock, whether it was released before or not. */
  synchronized void release(Lock lock) {
    List<Lock> held = locks.get(lock.file);
    if (held != null) {
      held.remove(lock);
      dropIfEmpty(lock.file, held);
    }
  }

  private synchronized boolean holds(Lock lock) {
    return locks.getOrDefault(lock.file, List.of()).contains(lock);
  }

  private void dropIfEmpty(Node file, List<Lock> held) {
    if (held.isEmpty()) {
      locks.remove(file);
    }
  }

  /** A lock on a region of a file. */
  final class Lock extends FileLock {
    private final Node file;

    private Lock(
        Node file, AsynchronousFileChannel channel, long position, long size, boolean shared) {
      super(channel, position, size, shared);
      this.file = file;
    }

    private Lock(Node file, FileChannel channel, long position, long size, boolean shared) {
      super(channel, position, size, shared);
      this.file = file;
    }

    @Override
    public boolean isValid() {
      return acquiredBy().isOpen() && holds(this);
    }

    @Override
    public void release() throws ClosedChannelException {
      if (!acquiredBy().isOpen()) {
        throw new ClosedChannelException();
      }
      LockTable.this.release(this);
    }
  }
}
