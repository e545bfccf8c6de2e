package dev.layerfs.testing.crash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that a program did to a file system, in the terms of its disk. */
sealed interface Change {
  /** A new inode, which no directory names yet. */
  record Create(int inode, Disk.Inode content) implements Change {}

  /** Bytes of a file. */
  record Write(int inode, int offset, byte[] bytes) implements Change {}

  /** The length of a file. */
  record Truncate(int inode, int length) implements Change {}

  /** An attribute set, or removed where there is no value. */
  record Attribute(int inode, String name, byte @Nullable [] value) implements Change {}

  /** Entries of directories that change together: two for a rename, which journaling file systems never do by halves. */
  record Names(List<Name> names) implements Change {}

  /** An entry of a directory that from now on leads to an inode, or to nothing. */
  record Name(int directory, String name, @Nullable Integer inode) {}

  /** {@code fsync}: what was done to this file, or to the entries of this directory, is now certain. */
  record Force(int inode) implements Change {}

  /** A call of the program has returned. */
  record Mark(String text) implements Change {}
}
