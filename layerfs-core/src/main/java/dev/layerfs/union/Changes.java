package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import org.jspecify.annotations.Nullable;

/** How changes are made: with no more locks than each needs, and told to watchers once those are given back. */
final class Changes {
  private final Inodes inodes;
  private final CopyUp copyUp;
  private final Events events;

  /** Shared by who copies or writes content without any other lock; taken before those of {@link Inodes#locks}. */
  private final Locks content = new Locks();

  private volatile boolean closed;

  Changes(Inodes inodes, CopyUp copyUp, Events events) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.events = events;
  }

  /** A change, or a part of one. */
  interface Step<T extends @Nullable Object> {
    T take() throws PosixException;
  }

  /** Whether a change needs no more than the names of some directories. */
  interface Condition {
    boolean holds() throws PosixException;
  }

  void checkOpen() throws PosixException {
    if (closed) {
      throw new PosixException(Errno.EBADF, "closed view");
    }
  }

  void checkWritable(Object subject) throws PosixException {
    checkOpen();
    if (inodes.readOnly()) {
      throw new PosixException(Errno.EROFS, subject.toString());
    }
  }

  /** Makes a change while nobody else looks at the upper or changes it. */
  <T> T alone(Step<T> step) throws PosixException {
    try {
      return locked(step);
    } finally {
      events.deliver();
    }
  }

  private <T> T locked(Step<T> step) throws PosixException {
    try (Locks.Held everything = inodes.locks.alone()) {
      checkOpen();
      return step.take();
    }
  }

  /**
   * Makes a change of names.
   *
   * @param simple whether names of the directories are all that changes, given that the directories are in the upper
   */
  <T> T inDirectories(Condition simple, Step<T> step, UnionNode... directories)
      throws PosixException {
    try {
      try (Locks.Held shared = inodes.locks.shared()) {
        checkOpen();
        UpperDirectory[] inUpper = inUpper(directories);
        if (inUpper != null) {
          try (Locks.Held names = Locks.namesOf(inUpper)) {
            if (simple.holds()) {
              return step.take();
            }
          }
        }
      }
      return locked(step);
    } finally {
      events.deliver();
    }
  }

  private UpperDirectory @Nullable [] inUpper(UnionNode[] directories) throws PosixException {
    UpperDirectory[] found = new UpperDirectory[directories.length];
    for (int i = 0; i < directories.length; i++) {
      UpperDirectory directory = (UpperDirectory) directories[i].upper();
      if (directory == null) {
        return null;
      }
      inodes.children(directory); // read now, not while others wait for its names
      found[i] = directory;
    }
    return found;
  }

  /**
   * Whether no other directory is concerned if this node is copied up, changed, renamed or removed: all its names are in
   * one. Hosts may count names and keep attributes in one record, so whoever changes those of several must be alone.
   */
  boolean isSimple(UnionNode node) throws PosixException {
    if (node.type() == FileType.DIRECTORY) {
      return false;
    }
    UpperInode inode = node.upper();
    return inode == null ? !copyUp.hasLinks(node) : inodes.top().isInOneDirectory(inode);
  }

  /** Makes a change of an inode's attributes or content. */
  <T> T ofNode(UnionNode node, Step<T> step) throws PosixException {
    try {
      try (Locks.Held shared = inodes.locks.shared()) {
        checkWritable(node);
        UpperDirectory holder = node.type() == FileType.DIRECTORY ? null : holder(node);
        if (holder != null) {
          inodes.children(holder);
          try (Locks.Held names = Locks.namesOf(holder)) {
            if (holder == holder(node) && isSimple(node)) {
              return step.take();
            }
          }
        }
      }
      return locked(step);
    } finally {
      events.deliver();
    }
  }

  /** Returns the directory in which the inode is in the upper, or would be; null if not even that is in the upper. */
  private @Nullable UpperDirectory holder(UnionNode node) throws PosixException {
    UpperInode inode = node.upper();
    if (inode != null) {
      return inodes.holder(inode);
    }
    Inodes.Where where = inodes.isRemoved(node) ? null : inodes.where(node);
    return where == null ? null : (UpperDirectory) where.directory().upper();
  }

  /** Makes a change that copies a file up: its content is copied before any lock of the upper is taken. */
  <T> T withContent(UnionNode node, Step<T> step) throws PosixException {
    if (inodes.readOnly() || node.type() != FileType.REGULAR || node.upper() != null) {
      return step.take();
    }
    try (Locks.Held shared = writing();
        CopyUp.Ahead ahead = copyUp.ahead(node)) {
      checkOpen();
      ahead.copy();
      return step.take();
    }
  }

  /** Keeps the upper from being closed, or covered by another, while content is written to it. */
  Locks.Held writing() {
    return content.shared();
  }

  /** Ends all changes: those that are under way come to an end, all others fail. */
  void close(Step<Boolean> step) throws PosixException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    settled(step);
  }

  /** Does something while nobody reads, writes or changes anything; what is under way comes to its end first. */
  <T> T settled(Step<T> step) throws PosixException {
    try (Locks.Held writers = content.alone();
        Locks.Held everything = inodes.locks.alone()) {
      return step.take();
    }
  }
}
