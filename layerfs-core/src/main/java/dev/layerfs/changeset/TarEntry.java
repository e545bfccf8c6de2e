package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.util.SortedMap;

/**
 * One member of a tar with all its extended headers applied; names are raw and unchecked. Immutable; the arrays in it must
 * not be changed.
 *
 * @param index position in the archive, from 0, not counting extended headers
 * @param type what it is
 * @param name its name as the archive has it: not empty, without NUL
 * @param linkName the target of a {@link Type#HARD_LINK} or {@link Type#SYMLINK}: not empty, without NUL; empty for others
 * @param mode permission, set-id and sticky bits
 * @param uid owner, not negative
 * @param gid group, not negative
 * @param size logical length of a {@link Type#FILE}'s content in bytes, holes included; 0 for others
 * @param mtimeSeconds modification time, seconds since the epoch
 * @param mtimeNanos nanoseconds of the modification time, 0 to 999,999,999
 * @param deviceMajor major number of a device; 0 for others
 * @param deviceMinor minor number of a device; 0 for others
 * @param xattrs extended attributes by full name
 * @param contentOffset where in the tar the content begins
 * @param sparse whether the tar leaves holes of the content out, so that it is not {@code size} bytes there
 */
@SuppressWarnings("ArrayRecordComponent") // an event between two internal classes
public record TarEntry(
    long index,
    Type type,
    byte[] name,
    byte[] linkName,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    long deviceMajor,
    long deviceMinor,
    SortedMap<Name, byte[]> xattrs,
    long contentOffset,
    boolean sparse) {

  /** The kinds of member that a changeset can have. */
  public enum Type {
    /** A regular file: flags {@code 0}, NUL, {@code 7} and {@code S}. */
    FILE,
    /** Another name of an earlier member: flag {@code 1}. */
    HARD_LINK,
    /** A symbolic link: flag {@code 2}. */
    SYMLINK,
    /** A character device: flag {@code 3}. */
    CHARACTER_DEVICE,
    /** A block device: flag {@code 4}. */
    BLOCK_DEVICE,
    /** A directory: flag {@code 5}, {@code D}, and NUL with a name that ends with a slash. */
    DIRECTORY,
    /** A named pipe: flag {@code 6}. */
    FIFO
  }
}
