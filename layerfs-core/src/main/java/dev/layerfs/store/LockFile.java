package dev.layerfs.store;

import dev.layerfs.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a store: byte ranges of one file, {@code locks/lock}, one byte for each thing that can be locked. Nothing is
 * created or deleted to lock something, a dead process holds nothing, and thousands of locks need one file descriptor.
 *
 * <p>A {@link FileLock} is an {@code fcntl(2)} lock and belongs to the process: closing <em>any</em> descriptor of the file
 * drops them all. So a JVM must open the file once, however many stores it opens on the directory. That is why this class
 * has the one piece of static state in the library: the lock files that are open in this process. (Two copies of the
 * library in different class loaders would not see each other's; don't open one store from both.)
 *
 * <p>Only {@code tryLock} and {@code release} are called on the channel: an interrupt can't close it there, as it would in
 * {@code lock}. Within the JVM {@link #held} decides; on file systems whose locks do nothing, such as those in memory,
 * nobody else is there to exclude.
 */
final class LockFile implements Closeable {
  /** The position of the lock for changes of names and removals. */
  static final long STORE = 0;

  /** The name of the file. */
  static final String NAME = "lock";

  private static final long CONTAINERS = 1L << 48;
  private static final long SESSIONS = 2L << 48;
  private static final long VOLUMES = 3L << 48;
  private static final long VOLUMES_ALONE = 4L << 48;
  private static final long MAX_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Map<Object, LockFile> OPEN = new ConcurrentHashMap<>();

  private final Object key;
  private final FileChannel channel;
  private final boolean shared;
  private final Set<Long> held = ConcurrentHashMap.newKeySet();
  private final ReentrantLock storeMutex = new ReentrantLock();
  private int users; // changes only within OPEN.compute

  private LockFile(Object key, FileChannel channel, boolean shared) {
    this.key = key;
    this.channel = channel;
    this.shared = shared;
  }

  /** Whether the file system is read-only: locks are shared then, since nobody can change anything. */
  boolean isReadOnly() {
    return shared;
  }

  static long container(Id id) {
    return CONTAINERS | id.number();
  }

  static long session(Id id) {
    return SESSIONS | id.number();
  }

  /** The lock of a volume. Two names may have one, in one of 2^48 cases: then one waits for the other. */
  static long volume(VolumeName name) {
    return VOLUMES | number(name);
  }

  /** The lock of a process that must have a volume for itself. */
  static long volumeAlone(VolumeName name) {
    return VOLUMES_ALONE | number(name);
  }

  private static long number(VolumeName name) {
    String digest = Digest.sha256(name.text().getBytes(StandardCharsets.UTF_8)).encoded();
    return Long.parseLong(digest.substring(0, 12), 16);
  }

  /** Opens the lock file, made if missing, in a directory. */
  static LockFile open(Path directory) throws IOException {
    Object key = key(directory);
    IOException[] failure = new IOException[1];
    LockFile file = OPEN.compute(key, (k, open) -> {
      try {
        LockFile opened = open != null ? open : open(k, directory);
        opened.users++;
        return opened;
      } catch (IOException e) {
        failure[0] = e;
        return open;
      }
    });
    if (failure[0] != null) {
      throw failure[0];
    }
    return Objects.requireNonNull(file);
  }

  private static LockFile open(Object key, Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      FileChannel channel = FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new LockFile(key, channel, false);
    } catch (IOException e) {
      if (!Files.getFileStore(directory).isReadOnly()) {
        throw e;
      }
      return new LockFile(key, FileChannel.open(file, StandardOpenOption.READ), true);
    }
  }

  /** Device and inode where the host has them, so that a bind mount is recognised. */
  private static Object key(Path directory) throws IOException {
    Object inode = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    return inode != null ? List.of(directory.getFileSystem(), inode) : directory.toRealPath();
  }

  /** A lock; closing it gives it up. */
  interface Held extends Closeable {
    @Override
    void close() throws IOException;
  }

  /** Takes a lock; null if anybody has it, in this process or another. */
  @Nullable
  Held tryLock(long position) throws IOException {
    if (!held.add(position)) {
      return null;
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock(position, 1, shared);
    } catch (OverlappingFileLockException e) {
      return null; // held by a copy of this class in another class loader
    } finally {
      if (lock == null) {
        held.remove(position);
      }
    }
    FileLock taken = lock;
    return taken == null ? null : () -> release(taken);
  }

  private void release(FileLock lock) throws IOException {
    if (held.contains(lock.position())) {
      try {
        lock.release();
      } finally {
        held.remove(lock.position());
      }
    }
  }

  /**
   * Takes a lock in this process only, of something that others know in another way to be taken; null if anybody has it here. It
   * costs no system call, and a process may have any number of them: those of a file are searched one by one, by the JDK and by
   * the kernel.
   */
  @Nullable
  Held tryHold(long position) {
    return held.add(position) ? () -> held.remove(position) : null;
  }

  /** Whether this process has the lock. */
  boolean isHeldHere(long position) {
    return held.contains(position);
  }

  /**
   * Waits for the lock {@link #STORE}. It is only held for short.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status is then set
   */
  Held lockStore() throws IOException {
    try {
      storeMutex.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted("the store's lock");
    }
    try {
      Held lock = poll(STORE, "the store's lock");
      return () -> {
        try {
          lock.close();
        } finally {
          storeMutex.unlock();
        }
      };
    } catch (IOException | RuntimeException e) {
      storeMutex.unlock();
      throw e;
    }
  }

  /**
   * Waits for the lock of a volume. It is held while one is opened or removed, or its content is replaced or filled.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status is then set
   */
  Held lockVolume(VolumeName name) throws IOException {
    return poll(volume(name), "the lock of volume " + name);
  }

  private Held poll(long position, String what) throws IOException {
    for (long pause = 50_000; ; pause = Math.min(2 * pause, MAX_POLL_NANOS)) {
      Held lock = tryLock(position);
      if (lock != null) {
        return lock;
      }
      LockSupport.parkNanos(pause);
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(what);
      }
    }
  }

  private static InterruptedIOException interrupted(String what) {
    return new InterruptedIOException("interrupted while waiting for " + what);
  }

  /** Gives up this use of the file; the last one closes it. The user's own locks must have been given up. */
  @Override
  public void close() throws IOException {
    IOException[] failure = new IOException[1];
    OPEN.computeIfPresent(key, (k, open) -> {
      if (--open.users > 0) {
        return open;
      }
      try {
        open.channel.close();
      } catch (IOException e) {
        failure[0] = e;
      }
      return null;
    });
    if (failure[0] != null) {
      throw failure[0];
    }
  }
}
