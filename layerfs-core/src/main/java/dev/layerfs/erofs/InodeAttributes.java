package dev.layerfs.erofs;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.util.SortedMap;

/**
 * What is written about an inode, except its names.
 *
 * @param type file type
 * @param mode permission, set-id and sticky bits
 * @param uid owner
 * @param gid group
 * @param size bytes of a regular file's content, else 0
 * @param mtimeSeconds modification time, seconds since the epoch
 * @param mtimeNanos nanoseconds of it
 * @param rdev device number as {@link ErofsFormat#encodeDevice} gives it, 0 unless a device
 * @param xattrs extended attributes by full name, each in a namespace that EROFS has
 * @param target a symbolic link's target, else empty
 * @param device index of the extra device that holds a regular file's content, -1 for the file itself
 * @param block block of that device where the content begins
 */
@SuppressWarnings("ArrayRecordComponent") // internal to the package, never changed
record InodeAttributes(
    FileType type,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    int rdev,
    SortedMap<Name, byte[]> xattrs,
    byte[] target,
    int device,
    long block) {
  /** Whether the content is on an extra device, which takes a chunk index. */
  boolean onDevice() {
    return device >= 0 && size > 0;
  }
}
