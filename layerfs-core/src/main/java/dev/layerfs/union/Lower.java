package dev.layerfs.union;

import dev.layerfs.erofs.FileMapper;
import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is beneath an upper: an image, or an image with uppers over it that don't change any more. Inodes are named by
 * nids, which stay what they are when an upper comes on top. Never changes; safe for use by several threads.
 */
interface Lower {
  /** Stands for "no inode". */
  long NONE = -1;

  /**
   * A name in a directory.
   *
   * @param directory the directory's nid
   * @param name the name
   */
  record Entry(long directory, Name name) {}

  /** Returns the root's nid. */
  long root();

  /** Returns what a name is; its nid is {@link #NONE} if nothing has the name. */
  ImageEntry entry(long directory, Name name) throws PosixException;

  /** Returns the inode that has a name, {@link #NONE} if none has. */
  default long lookup(long directory, Name name) throws PosixException {
    return entry(directory, name).nid();
  }

  List<DirectoryEntry> list(long directory) throws PosixException;

  FileType type(long nid) throws PosixException;

  Stat stat(long nid) throws PosixException;

  long size(long nid) throws PosixException;

  byte[] readLink(long nid) throws PosixException;

  /** Returns an attribute by the name that it is stored under. */
  byte @Nullable [] xattr(long nid, Name name) throws PosixException;

  /** Returns the names that attributes are stored under, overlayfs's own among them. */
  List<Name> xattrs(long nid) throws PosixException;

  /** Returns what {@link #stat} and {@link #xattrs} do. */
  default NodeAttributes attributes(long nid) throws PosixException {
    return new NodeAttributes(stat(nid), xattrs(nid));
  }

  /** Returns the paths from the root of an inode that has several names; they may be hidden by what is above. */
  List<List<Name>> links(long nid) throws PosixException;

  /** Returns a name of an inode that {@link #isChanged}, null for others. */
  @Nullable
  Entry place(long nid) throws PosixException;

  /** Whether an inode is in an upper, and not untouched in the image. */
  boolean isChanged(long nid);

  /** Whether an inode had lost its last name before an upper came on top. */
  boolean isGone(long nid);

  /** Reads content of a regular file of the image, in place. */
  int read(long nid, long position, ByteBuffer target) throws PosixException;

  /** Maps content of a regular file of the image, read-only. */
  <T> T map(long nid, long position, long size, FileMapper<T> mapper) throws PosixException;

  /** Opens a regular file that {@link #isChanged}, for reading. */
  FileChannel open(long nid) throws PosixException;

  /** Returns where a regular file's content lies on the host, null if it is not in one piece. */
  @Nullable
  FileRange range(long nid) throws PosixException;

  /** Whether directories of an upper may show what is beneath under another name. */
  default boolean mayHaveRedirects() {
    return false;
  }

  long totalBytes();
}
