package dev.layerfs.posix;

/** Flags of {@code renameat2(2)}. */
public enum RenameFlag {
  /** Fail with {@link Errno#EEXIST} if the new name exists. */
  NOREPLACE,
  /** Exchange the two names atomically; both must exist. */
  EXCHANGE
}
