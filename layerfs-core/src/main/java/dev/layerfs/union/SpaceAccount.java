package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.posix.Stat;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an upper with limits is charged with. {@link CountedFiles} charges for objects that come and go, {@link FileSpace}
 * for content. Safe for use by several threads.
 */
final class SpaceAccount {
  private final Quota quota;
  private final UsageNote note;
  private final Map<Long, FileSpace> files = new ConcurrentHashMap<>(); // by host inode
  private volatile boolean noted;
  private volatile boolean exact = true;

  /**
   * Opens an account.
   *
   * @param noted whether the note says what is used
   */
  SpaceAccount(SpaceLimits limits, SpaceUsage used, UsageNote note, boolean noted) {
    this.quota = new Quota(
        limits.bytes().orElse(Quota.UNLIMITED),
        limits.inodes().orElse(Quota.UNLIMITED),
        used.bytes(),
        used.inodes());
    this.note = note;
    this.noted = noted;
  }

  Quota quota() {
    return quota;
  }

  SpaceUsage usage() {
    return new SpaceUsage(quota.usedBytes(), quota.usedInodes());
  }

  /** The upper is about to take up more or less than what is noted. */
  void changing() throws PosixException {
    if (noted) {
      synchronized (this) {
        note.delete();
        noted = false;
      }
    }
  }

  /** Something could not be counted: when the upper is opened again it is counted anew. */
  void inexact() {
    exact = false;
  }

  /** Notes what is used, if that is known: nobody changes the upper any more. Without a note the upper is counted anew. */
  void close() {
    if (exact && !noted) {
      try {
        note.write(usage());
      } catch (PosixException e) {
        System.getLogger(SpaceAccount.class.getName())
            .log(System.Logger.Level.DEBUG, "usage is not noted", e);
      }
    }
  }

  void charge(long bytes, long inodes) throws PosixException {
    changing();
    quota.charge(bytes, inodes);
  }

  /** The last name of an object, and what has it open, are gone. */
  void gone(Stat last) {
    if (UsageCount.isWhiteout(last)) {
      return;
    }
    FileSpace file = last.type() == FileType.REGULAR ? files.remove(last.inode()) : null;
    quota.release(file == null ? UsageCount.space(last) : file.end(), 1);
  }

  /** Returns what a regular file is charged with, which nobody deletes before this returns. */
  FileSpace of(Stat file) {
    return files.computeIfAbsent(
        file.inode(), inode -> new FileSpace(this, Quota.space(file.size())));
  }

  /** Returns what a file is charged with, if that was asked before. */
  @Nullable
  FileSpace known(long hostInode) {
    return files.get(hostInode);
  }

  /**
   * Another upper has come on top. What was charged goes with the old one, but for files that have no name and are open.
   *
   * @param kept those files
   */
  void keepOnly(Collection<Stat> kept) {
    long bytes = 0;
    for (Stat file : kept) {
      FileSpace space = files.get(file.inode());
      bytes += space == null ? UsageCount.space(file) : space.charged();
    }
    files.keySet().retainAll(kept.stream().map(Stat::inode).toList());
    quota.release(quota.usedBytes() - bytes, quota.usedInodes() - kept.size());
  }
}
