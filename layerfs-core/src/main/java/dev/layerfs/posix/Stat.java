package dev.layerfs.posix;

/**
 * The attributes of an inode, as {@code stat(2)} gives them. Immutable.
 *
 * @param type the file type
 * @param mode permission, set-id and sticky bits: {@code mode & 07777}
 * @param uid owner, 0 to 4294967294
 * @param gid group, 0 to 4294967294
 * @param size length in bytes: content of a regular file, target of a symbolic link
 * @param links number of names ({@code st_nlink})
 * @param inode inode number: constant for as long as the container exists, equal for all names of one inode
 * @param rdevMajor major device number; 0 unless a device
 * @param rdevMinor minor device number; 0 unless a device
 * @param blocks 512-byte blocks that hold data ({@code st_blocks})
 * @param mtimeSeconds modification time, seconds since the epoch
 * @param mtimeNanos nanoseconds of the modification time, 0 to 999,999,999
 * @param atimeSeconds access time, seconds since the epoch
 * @param atimeNanos nanoseconds of the access time
 * @param ctimeSeconds status change time, seconds since the epoch
 * @param ctimeNanos nanoseconds of the status change time
 */
public record Stat(
    FileType type,
    int mode,
    long uid,
    long gid,
    long size,
    int links,
    long inode,
    int rdevMajor,
    int rdevMinor,
    long blocks,
    long mtimeSeconds,
    int mtimeNanos,
    long atimeSeconds,
    int atimeNanos,
    long ctimeSeconds,
    int ctimeNanos) {
  /**
   * Returns the same attributes with another number of names.
   *
   * @param count the number of names
   * @return the attributes
   */
  public Stat withLinks(int count) {
    return new Stat(
        type,
        mode,
        uid,
        gid,
        size,
        count,
        inode,
        rdevMajor,
        rdevMinor,
        blocks,
        mtimeSeconds,
        mtimeNanos,
        atimeSeconds,
        atimeNanos,
        ctimeSeconds,
        ctimeNanos);
  }

  /**
   * Returns the same attributes with another length.
   *
   * @param length the length in bytes
   * @return the attributes
   */
  public Stat withSize(long length) {
    return new Stat(
        type,
        mode,
        uid,
        gid,
        length,
        links,
        inode,
        rdevMajor,
        rdevMinor,
        blocks,
        mtimeSeconds,
        mtimeNanos,
        atimeSeconds,
        atimeNanos,
        ctimeSeconds,
        ctimeNanos);
  }
}
