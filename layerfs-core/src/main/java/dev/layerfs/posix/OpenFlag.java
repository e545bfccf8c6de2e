package dev.layerfs.posix;

/** How a regular file is opened ({@code open(2)}). */
public enum OpenFlag {
  /** Reads are allowed. */
  READ,
  /** Writes are allowed: the file is copied up on open, as the kernel does. */
  WRITE,
  /** Every write goes to the end of the file. Needs {@link #WRITE}. */
  APPEND,
  /** The file's content is discarded on open; nothing of it is copied up. Needs {@link #WRITE}. */
  TRUNCATE,
  /** {@link FileHandle#sync} is implied by every write. Needs {@link #WRITE}. */
  SYNC
}
