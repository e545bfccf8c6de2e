package dev.layerfs.posix;

/** How {@code setxattr(2)} treats an attribute that exists or does not. */
public enum XattrFlag {
  /** Create or replace. */
  SET,
  /** Fail with {@link Errno#EEXIST} if it exists ({@code XATTR_CREATE}). */
  CREATE,
  /** Fail with {@link Errno#ENODATA} if it does not exist ({@code XATTR_REPLACE}). */
  REPLACE
}
