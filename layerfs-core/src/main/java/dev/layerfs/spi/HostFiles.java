package dev.layerfs.spi;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects of an upper layer on a host file system: what a POSIX root file system needs to keep, however the host
 * keeps it. An implementation decides how each object is represented (a device node or a marked file, a host owner or an
 * attribute) and shows it as what it represents.
 *
 * <p>A {@link Path} is only a place: whoever calls gets it from {@link #resolve} and never looks into it. Symbolic links
 * are never followed in the last component. Callers see to it that a place is not used for two things at once; calls about
 * different places may run at the same time. Every failure of the host is a {@link PosixException}.
 */
public interface HostFiles {
  /**
   * The file in the work directory that says that something has to be converted before a kernel may mount the upper. It stays
   * with the upper when another comes on top.
   */
  String UNSETTLED = "layerfs-unsettled";

  /**
   * Returns the prefix of overlayfs's own attributes in this upper.
   *
   * @return {@code user.overlay.} or {@code trusted.overlay.}; an empty name if none is its own, as with plain files
   */
  Name markPrefix();

  /**
   * Returns the place of a name in a directory. Where the host can't hold the name, the place may be noted on the host.
   *
   * @param directory a directory's place
   * @param name a valid file name
   * @return the place, whether something is there or not
   * @throws PosixException {@link dev.layerfs.posix.Errno#EILSEQ} if this host can't hold the name
   */
  Path resolve(Path directory, Name name) throws PosixException;

  /**
   * Lists a directory.
   *
   * @param directory a directory's place
   * @return its names, whiteouts among them, in no particular order
   * @throws PosixException if it can't be listed
   */
  List<Name> list(Path directory) throws PosixException;

  /**
   * Returns the attributes of what is at a place. A whiteout is the character device 0:0.
   *
   * @param place a place
   * @return its attributes; the inode number is the same for all names of an object, and no other object's
   * @throws PosixException {@link dev.layerfs.posix.Errno#ENOENT} if there is nothing; {@link
   *     dev.layerfs.posix.Errno#EIO} if it carries marks that this implementation doesn't know
   */
  Stat stat(Path place) throws PosixException;

  /**
   * Returns what {@link #stat} and {@link #xattrs} do, for less if the host can.
   *
   * @param place the place of an object that nobody changes meanwhile
   * @param type what the object is shown as
   * @return its attributes, and the names of its extended ones
   * @throws PosixException if they can't be read
   */
  default NodeAttributes attributes(Path place, FileType type) throws PosixException {
    return new NodeAttributes(stat(place), xattrs(place));
  }

  /**
   * Returns the target of a symbolic link.
   *
   * @param place a symbolic link's place
   * @return the target's bytes
   * @throws PosixException if it can't be read
   */
  byte[] readLink(Path place) throws PosixException;

  /**
   * Creates a regular file, a directory, a special file or (the character device 0:0) a whiteout, owned by 0:0.
   *
   * @param place a free place
   * @param type any type but {@link FileType#SYMLINK}
   * @param mode permission, set-id and sticky bits
   * @param rdevMajor major device number
   * @param rdevMinor minor device number
   * @throws PosixException if it can't be made; then nothing is at the place
   */
  void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException;

  /**
   * Creates an empty regular file, owned by 0:0, and opens it, if the host can give it all that in one step. It may then be made
   * where it is to stay: whatever happens, there is nothing or an empty file, which has no permissions that were not asked for.
   *
   * @param place a free place, in a directory that has no default access list
   * @param mode permission, set-id and sticky bits
   * @return the file; null if this host can't make such a one so, and then nothing is at the place
   * @throws PosixException if it can't be made; then nothing is at the place
   */
  default @Nullable CreatedFile createOpen(Path place, int mode) throws PosixException {
    return null;
  }

  /**
   * Creates a symbolic link, owned by 0:0.
   *
   * @param place a free place
   * @param target the target's bytes
   * @throws PosixException if it can't be made; then nothing is at the place
   */
  void symlink(Path place, byte[] target) throws PosixException;

  /**
   * Gives an object that is not a directory another name.
   *
   * @param existing its place
   * @param added a free place
   * @throws PosixException {@link dev.layerfs.posix.Errno#ENOTSUP} on a host without hard links
   */
  void link(Path existing, Path added) throws PosixException;

  /**
   * Renames ({@code rename(2)}), atomically.
   *
   * @param from the place of an object
   * @param to a free place, or one where an object that is not a directory is replaced by one that is not a directory
   * @throws PosixException if it can't be renamed; then nothing has changed
   */
  void rename(Path from, Path to) throws PosixException;

  /**
   * Exchanges two objects atomically ({@code renameat2} with {@code RENAME_EXCHANGE}), if the host can.
   *
   * @param one the place of an object
   * @param other the place of another
   * @return whether it was done; false if this host has no such operation
   * @throws PosixException if the host can but failed
   */
  default boolean exchange(Path one, Path other) throws PosixException {
    return false;
  }

  /**
   * Deletes an object.
   *
   * @param place its place; a directory must be empty
   * @throws PosixException if it can't be deleted
   */
  void delete(Path place) throws PosixException;

  /**
   * Sets owner, group and mode.
   *
   * @param place an object's place
   * @param uid the owner
   * @param gid the group
   * @param mode permission, set-id and sticky bits; ignored for symbolic links
   * @throws PosixException if they can't be set
   */
  void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException;

  /**
   * Sets times.
   *
   * @param place an object's place
   * @param atime the access time
   * @param mtime the modification time
   * @throws PosixException if they can't be set
   */
  void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException;

  /**
   * Returns the full names of an object's extended attributes, overlayfs's own among them.
   *
   * @param place an object's place
   * @return the names, in no particular order
   * @throws PosixException if they can't be read
   */
  List<Name> xattrs(Path place) throws PosixException;

  /**
   * Returns an extended attribute.
   *
   * @param place an object's place
   * @param name the full name
   * @return the value, or null if there is none
   * @throws PosixException if it can't be read
   */
  byte @Nullable [] xattr(Path place, Name name) throws PosixException;

  /**
   * Sets or removes an extended attribute.
   *
   * @param place an object's place
   * @param name the full name, of any namespace
   * @param value the value, or null to remove it; removing what is not there does nothing
   * @throws PosixException if it can't be set
   */
  void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException;

  /**
   * Opens the content of a regular file.
   *
   * @param place its place
   * @param write whether it will be written; it can be read in any case
   * @return an open channel, whose positional reads and writes may run in parallel
   * @throws PosixException if it can't be opened
   */
  FileChannel open(Path place, boolean write) throws PosixException;

  /**
   * Returns the host's own path of a regular file's content, as {@link #copyRange} of another upper's host files takes it.
   *
   * @param place a regular file's place
   * @return a path for the JDK; the place itself where places are such paths
   * @throws PosixException if it can't be found out
   */
  default Path content(Path place) throws PosixException {
    return place;
  }

  /**
   * Fills an empty regular file with a range of another of the host's files, if the two can share the blocks, or the host can
   * copy without the bytes passing through this process, and holes stay holes.
   *
   * @param place the empty file's place
   * @param source the path of a regular file that is none of this upper: a layer file, or another's {@link #content}
   * @param offset where the range begins, in bytes, a multiple of 4096
   * @param length how long it is, in bytes
   * @return whether it was done; if not the file is still empty
   * @throws PosixException if the host can but failed
   */
  default boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    return false;
  }

  /**
   * Tells which parts of a regular file the host stores. To be relied on after power loss: a block is among them only if its
   * bytes were written, however much later than the names and attributes of what was made before.
   *
   * @param place its place
   * @return what is no hole, in ascending order; empty if this host can't tell, does not hold holes, or doesn't keep that order
   * @throws PosixException if the host can but failed
   */
  default Optional<List<DataRange>> data(Path place) throws PosixException {
    return Optional.empty();
  }

  /**
   * Deletes what is at a place of the work directory with all that is in it, in whatever state that is.
   *
   * @param place a place, where there may be nothing
   * @throws IOException if it can't be deleted
   */
  void discard(Path place) throws IOException;

  /**
   * Makes all that the host holds durable ({@code syncfs}), if it can do that at once.
   *
   * @return whether it was done; if not each object has to be made durable by itself
   * @throws PosixException if the host can but failed
   */
  default boolean syncAll() throws PosixException {
    return false;
  }

  /**
   * Makes an object durable ({@code fsync}): content, attributes, a directory's names. Does nothing for what is durable with
   * its directory.
   *
   * @param place an object's place
   * @throws PosixException if the host could not
   */
  void sync(Path place) throws PosixException;

  /**
   * Tells whether this upper holds objects that a kernel would not show as what they represent.
   *
   * @return whether something has to be converted before a kernel may mount the upper
   */
  boolean needsSettling();

  /** Gives up what is kept open between calls, if anything is; nothing may be called after. Does nothing the second time. */
  default void close() {}
}
