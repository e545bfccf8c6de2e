package dev.layerfs.posix;

import java.io.Closeable;
import java.nio.file.AccessMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root file system at inode level, with the semantics of POSIX and the errors of the Linux kernel. Paths, symbolic
 * link resolution and working directories are the business of the doors in front of it ({@link Resolver} does them for
 * most).
 *
 * <p>Where nothing else is said, an operation on a closed view fails with {@link Errno#EBADF}; a name that is longer than
 * {@link Name#MAX_LENGTH} with {@link Errno#ENAMETOOLONG}; an empty name, {@code .} or {@code ..}, or a name with a slash
 * or NUL with {@link Errno#EINVAL}; a directory operation on another node with {@link Errno#ENOTDIR}; a change to a
 * read-only view with {@link Errno#EROFS}. An operation that fails has changed nothing. All methods are safe for use by
 * several threads; each is atomic.
 */
public interface PosixView extends Closeable {
  /**
   * Returns the root directory.
   *
   * @return the root
   */
  Node root();

  /**
   * Finds a name in a directory.
   *
   * @param directory where to look
   * @param name the name to find
   * @return what it names, or null if there is no such name
   * @throws PosixException {@link Errno#ENOTDIR}, {@link Errno#ENAMETOOLONG} or a failure of the host
   */
  @Nullable
  Node lookup(Node directory, Name name) throws PosixException;

  /**
   * Returns a node's attributes.
   *
   * @param node any node, also one that was unlinked (its {@link Stat#links} is then 0)
   * @return the attributes now
   * @throws PosixException if they can't be read
   */
  Stat stat(Node node) throws PosixException;

  /**
   * Returns the attributes of what a name names, as {@link #lookup} and {@link #stat(Node)} do ({@code fstatat} with {@code
   * AT_SYMLINK_NOFOLLOW}): one question where an implementation needs no node for the answer.
   *
   * @param directory where to look
   * @param name the name to find
   * @return the attributes now, or null if there is no such name
   * @throws PosixException {@link Errno#ENOTDIR}, {@link Errno#ENAMETOOLONG}, or they can't be read
   */
  default @Nullable Stat stat(Node directory, Name name) throws PosixException {
    Node node = lookup(directory, name);
    return node == null ? null : stat(node);
  }

  /**
   * Returns a node's attributes and the names of its extended ones, as {@link #stat} and {@link #xattrs} do: one question where
   * an implementation has something better than these two, else not in one step.
   *
   * @param node any node
   * @return the attributes now
   * @throws PosixException if they can't be read
   */
  default NodeAttributes attributes(Node node) throws PosixException {
    return new NodeAttributes(stat(node), xattrs(node));
  }

  /**
   * Lists a directory: a snapshot, sorted by name.
   *
   * @param directory the directory
   * @return its entries, without {@code .} and {@code ..}
   * @throws PosixException {@link Errno#ENOTDIR} or a failure of the host
   */
  List<DirectoryEntry> list(Node directory) throws PosixException;

  /**
   * Returns the target of a symbolic link.
   *
   * @param link the link
   * @return the target's bytes, verbatim; a new array
   * @throws PosixException {@link Errno#EINVAL} if it is not a symbolic link
   */
  byte[] readLink(Node link) throws PosixException;

  /**
   * Opens a regular file.
   *
   * @param file the file
   * @param flags {@link OpenFlag#READ}, {@link OpenFlag#WRITE} or both, and others that need them
   * @return an open handle
   * @throws PosixException {@link Errno#EISDIR} for a directory opened for writing, {@link Errno#ENXIO} for a device,
   *     pipe or socket, {@link Errno#ELOOP} for a symbolic link, {@link Errno#EINVAL} for flags that don't go together
   */
  FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException;

  /**
   * Creates a regular file, a directory, a pipe, a socket or a device ({@code mknod}, {@code mkdir}).
   *
   * @param directory where
   * @param name the new name
   * @param type any type but {@link FileType#SYMLINK}
   * @param mode permission, set-id and sticky bits; no umask is applied. A directory below one with the set-group-id bit
   *     inherits the bit and every new node its group, as POSIX has it; otherwise owner and group are those of whom the
   *     view acts for, which is root if nothing else is said. If the directory has a default access control list, the new
   *     node inherits that within the mode
   * @param rdevMajor major device number, 0 to 4095; 0 unless a device
   * @param rdevMinor minor device number, 0 to 1048575; 0 unless a device
   * @return the new node
   * @throws PosixException {@link Errno#EEXIST} if the name exists; {@link Errno#ENOENT} if the directory was removed;
   *     {@link Errno#EPERM} for the character device 0:0, which would be a whiteout
   */
  Node create(Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException;

  /**
   * Creates a regular file and opens it ({@code open} with {@code O_CREAT} and {@code O_EXCL}): what its mode forbids its
   * maker, it forbids from the next {@link #open} on. Unless an implementation does better, others may see the file before
   * it is open.
   *
   * @param directory where
   * @param name the new name
   * @param mode as {@link #create} has it
   * @param flags as {@link #open} has them
   * @return an open handle
   * @throws PosixException what {@link #create} and {@link #open} throw
   */
  default FileHandle createAndOpen(Node directory, Name name, int mode, Set<OpenFlag> flags)
      throws PosixException {
    return open(create(directory, name, FileType.REGULAR, mode, 0, 0), flags);
  }

  /**
   * Creates a symbolic link.
   *
   * @param directory where
   * @param name the new name
   * @param target the target, kept verbatim; 1 to 4095 bytes, no NUL
   * @return the new node
   * @throws PosixException {@link Errno#EEXIST} if the name exists; {@link Errno#ENOENT} for an empty target or a removed
   *     directory; {@link Errno#ENAMETOOLONG} for a longer target
   */
  Node symlink(Node directory, Name name, byte[] target) throws PosixException;

  /**
   * Gives a node another name ({@code link}). A node of the image is copied up with all its names.
   *
   * @param node anything but a directory
   * @param directory where
   * @param name the new name
   * @throws PosixException {@link Errno#EPERM} for a directory; {@link Errno#EEXIST} if the name exists; {@link
   *     Errno#ENOENT} if the node has no name any more
   */
  void link(Node node, Node directory, Name name) throws PosixException;

  /**
   * Removes a name that is not a directory's ({@code unlink}). The inode lives on while a handle is open on it.
   *
   * @param directory where
   * @param name the name
   * @throws PosixException {@link Errno#ENOENT} if there is none; {@link Errno#EISDIR} for a directory
   */
  void unlink(Node directory, Name name) throws PosixException;

  /**
   * Removes an empty directory ({@code rmdir}).
   *
   * @param directory where
   * @param name the name
   * @throws PosixException {@link Errno#ENOENT}, {@link Errno#ENOTDIR}, {@link Errno#ENOTEMPTY}
   */
  void rmdir(Node directory, Name name) throws PosixException;

  /**
   * Renames ({@code renameat2}). A new name that exists is replaced atomically unless a flag says otherwise; if both
   * name the same inode nothing happens.
   *
   * @param directory where the old name is
   * @param name the old name
   * @param newDirectory where the new name goes
   * @param newName the new name
   * @param flags none, {@link RenameFlag#NOREPLACE} or {@link RenameFlag#EXCHANGE}
   * @throws PosixException {@link Errno#ENOENT}, {@link Errno#EEXIST}; {@link Errno#EISDIR} for a file onto a directory;
   *     {@link Errno#ENOTDIR} for a directory onto a file; {@link Errno#ENOTEMPTY}; {@link Errno#EINVAL} for a directory
   *     into itself, or both flags
   */
  void rename(Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException;

  /**
   * Sets permission, set-id and sticky bits ({@code chmod}). An access control list follows.
   *
   * @param node anything but a symbolic link
   * @param mode the bits, 0 to 07777
   * @throws PosixException {@link Errno#ENOTSUP} for a symbolic link
   */
  void chmod(Node node, int mode) throws PosixException;

  /**
   * Sets owner and group ({@code lchown}). On anything but a directory this, even with nothing to set, clears the
   * set-user-id bit, with group execution also the set-group-id bit, and {@code security.capability}, as the kernel does.
   *
   * @param node any node
   * @param uid the new owner, or -1 to leave it
   * @param gid the new group, or -1 to leave it
   * @throws PosixException {@link Errno#EINVAL} for an id that is not 0 to 4294967294
   */
  void chown(Node node, long uid, long gid) throws PosixException;

  /**
   * Sets times ({@code utimensat} with {@code AT_SYMLINK_NOFOLLOW}).
   *
   * @param node any node
   * @param atime the access time, or null to leave it
   * @param mtime the modification time, or null to leave it
   * @throws PosixException if they can't be set
   */
  void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime) throws PosixException;

  /**
   * Checks whether a node may be used in some ways ({@code access}), by the identity that the view acts for.
   *
   * @param node any node
   * @param modes how it is to be used; if empty, nothing is checked
   * @throws PosixException {@link Errno#EACCES} if its permissions don't allow it (to root they allow all but the
   *     execution of a file that nobody may execute); {@link Errno#EROFS} for writing to a file, directory or symbolic
   *     link of a read-only view
   */
  void access(Node node, Set<AccessMode> modes) throws PosixException;

  /**
   * Returns an extended attribute.
   *
   * @param node any node
   * @param name the full name, for example {@code user.comment}
   * @return the value, or null if there is no such attribute; a new array
   * @throws PosixException {@link Errno#ENOTSUP} for an unknown namespace, {@link Errno#EINVAL} for a namespace without a
   *     name; or if it can't be read
   */
  byte @Nullable [] xattr(Node node, Name name) throws PosixException;

  /**
   * Lists the names of a node's extended attributes, sorted.
   *
   * @param node any node
   * @return full names; the marks of overlayfs are not among them
   * @throws PosixException if they can't be read
   */
  List<Name> xattrs(Node node) throws PosixException;

  /**
   * Sets an extended attribute. An access control list ({@link Acl#ACCESS}) sets the mode's permissions, too, and is not
   * kept if it says no more than those; setting an empty one removes it, and {@code flag} is ignored.
   *
   * @param node any node; attributes of the {@code user} namespace only on regular files and directories
   * @param name the full name, at most 255 bytes
   * @param value the value, at most 65,535 bytes; copied
   * @param flag whether it must or must not exist
   * @throws PosixException {@link Errno#EEXIST}, {@link Errno#ENODATA}; {@link Errno#ENOTSUP} for an unknown namespace;
   *     {@link Errno#EPERM} for {@code user} attributes of other types; {@link Errno#ERANGE} for a name and {@link
   *     Errno#E2BIG} for a value that is too long; for what is no access control list {@link Errno#EINVAL}, or {@link
   *     Errno#EACCES} for a default one on anything but a directory
   */
  void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException;

  /**
   * Removes an extended attribute.
   *
   * @param node any node
   * @param name the full name
   * @throws PosixException {@link Errno#ENODATA} if there is no such attribute, unless it would be an access control list
   */
  void removeXattr(Node node, Name name) throws PosixException;

  /**
   * Returns the figures of the file system.
   *
   * @return the figures now
   * @throws PosixException if the host can't tell
   */
  FileSystemStat statfs() throws PosixException;

  /**
   * Returns the figures of the file system that a node is on ({@code fstatfs}).
   *
   * @param node any node
   * @return the figures now; as here, where nothing else is implemented, those of the one file system there is
   * @throws PosixException if the host can't tell
   */
  default FileSystemStat statfs(Node node) throws PosixException {
    return statfs();
  }

  /**
   * Tells apart the file systems that make up the view ({@code st_dev}): inode numbers are unique within one.
   *
   * @param node any node
   * @return 0 for that of the root, as here for all; another number for each that is mounted in it
   */
  default int device(Node node) {
    return 0;
  }

  /**
   * Returns what is mounted in the view.
   *
   * @return all that can be seen, in the order in which it was mounted; nothing, as here, where nothing else is implemented
   */
  default List<MountedRoot> mounts() {
    return List.of();
  }

  /**
   * Makes every change so far durable ({@code syncfs}).
   *
   * <p>A kernel forgets what it could not write, and says the next time that all is well. So where a disk has failed once, this
   * and {@link FileHandle#sync} fail from then on: in a container until what was written is thrown away by going back to an older
   * state, or the container is opened again; in a volume until nobody has it open any more. Everything else goes on.
   *
   * @throws PosixException if the host could not; {@link Errno#EIO}, with the first failure as its cause and the place in its
   *     message, if it could not before
   */
  void sync() throws PosixException;

  /** Closes the view and every handle that is open on it. Closing it again does nothing. */
  @Override
  void close() throws PosixException;
}
