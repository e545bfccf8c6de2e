package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;

/**
 * The system calls that operations are made of, with paths in a case's directory. Each is one step: none depends on the
 * result of another, so that an implementation may also write them down to have them made later.
 */
interface Syscalls {
  /** How a file is opened; always with {@code O_NONBLOCK}, as opening a pipe would wait for ever. */
  enum Opening {
    /** {@code O_RDONLY|O_NOFOLLOW}. */
    READ,
    /** {@code O_WRONLY|O_NOFOLLOW}; one byte is written. */
    WRITE,
    /** {@code O_WRONLY|O_TRUNC|O_NOFOLLOW}; one byte is written. */
    TRUNCATE,
    /** {@code O_WRONLY|O_APPEND|O_NOFOLLOW}; one byte is written. */
    APPEND,
    /** {@code O_WRONLY|O_CREAT|O_EXCL}; one byte is written. */
    CREATE_NEW,
    /** {@code O_WRONLY|O_CREAT}; nothing is written. */
    CREATE
  }

  /** Flags of a rename. */
  enum Renaming {
    /** None: what has the new name is replaced. */
    REPLACE,
    /** {@code RENAME_NOREPLACE}. */
    NOREPLACE,
    /** {@code RENAME_EXCHANGE}. */
    EXCHANGE
  }

  /** {@code lstat}. */
  void lstat(String path) throws PosixException;

  /** {@code opendir} and {@code readdir}. */
  void list(String path) throws PosixException;

  /** {@code readlink}. */
  void readLink(String path) throws PosixException;

  /** {@code open}, {@code write} and {@code close}; a new file has mode 0600. */
  void open(String path, Opening opening) throws PosixException;

  /** Makes a file of mode 0644 with a content. */
  void writeFile(String path, String content) throws PosixException;

  /** {@code mkdir}. */
  void mkdir(String path, int mode) throws PosixException;

  /** {@code rmdir}. */
  void rmdir(String path) throws PosixException;

  /** {@code unlink}. */
  void unlink(String path) throws PosixException;

  /** {@code symlink}. */
  void symlink(String target, String path) throws PosixException;

  /** {@code mkfifo}. */
  void mkfifo(String path, int mode) throws PosixException;

  /** {@code link}, which follows no link. */
  void link(String existing, String path) throws PosixException;

  /** {@code renameat2}. */
  void rename(String from, String to, Renaming flag) throws PosixException;

  /** {@code chmod}; {@code EOPNOTSUPP} for a symbolic link. */
  void chmod(String path, int mode) throws PosixException;

  /** {@code lchown}. */
  void lchown(String path, int uid, int gid) throws PosixException;

  /** {@code utimensat} with {@code AT_SYMLINK_NOFOLLOW}: both times, in whole seconds. */
  void utimens(String path, long seconds) throws PosixException;

  /** {@code truncate}. */
  void truncate(String path, long size) throws PosixException;

  /** {@code lsetxattr}. */
  void setXattr(String path, String name, String value) throws PosixException;

  /** {@code lremovexattr}. */
  void removeXattr(String path, String name) throws PosixException;
}
