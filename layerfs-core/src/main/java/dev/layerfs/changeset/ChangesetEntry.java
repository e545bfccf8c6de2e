package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.util.List;
import java.util.SortedMap;

/**
 * One entry of a layer tar, checked and normalised: a change to the layers beneath. Immutable; the arrays in it must not
 * be changed.
 *
 * @param index position in the archive, from 0, for messages
 * @param kind what the entry does
 * @param path where, from the root, without empty names, {@code .} or {@code ..}; empty for the root directory itself. For
 *     a {@link Kind#WHITEOUT} the path that is removed, for {@link Kind#OPAQUE} the directory
 * @param mode permission, set-id and sticky bits
 * @param uid owner, 0 to 4294967294
 * @param gid group, 0 to 4294967294
 * @param size logical length of a {@link Kind#FILE}'s content in bytes; 0 for other kinds
 * @param mtimeSeconds modification time, seconds since the epoch
 * @param mtimeNanos nanoseconds of the modification time
 * @param linkTarget a {@link Kind#SYMLINK}'s target, verbatim; empty for other kinds
 * @param hardLinkTarget the path that a {@link Kind#HARD_LINK} is another name of, normalised as {@code path}; empty for
 *     other kinds
 * @param rdevMajor major number of a device
 * @param rdevMinor minor number of a device
 * @param xattrs extended attributes by full name
 */
@SuppressWarnings("ArrayRecordComponent") // an event between two internal classes
public record ChangesetEntry(
    long index,
    Kind kind,
    List<Name> path,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    byte[] linkTarget,
    List<Name> hardLinkTarget,
    int rdevMajor,
    int rdevMinor,
    SortedMap<Name, byte[]> xattrs) {

  /** What an entry does. */
  public enum Kind {
    /** Puts a regular file there. */
    FILE,
    /** Puts a directory there, or gives the one that is there these attributes. */
    DIRECTORY,
    /** Puts a symbolic link there. */
    SYMLINK,
    /** Puts a named pipe there. */
    FIFO,
    /** Puts a character device there. */
    CHARACTER_DEVICE,
    /** Puts a block device there. */
    BLOCK_DEVICE,
    /** Puts another name of a file there. */
    HARD_LINK,
    /** Removes what lower layers have there. */
    WHITEOUT,
    /** Hides what lower layers have in a directory. */
    OPAQUE
  }
}
