package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.MountedRoot;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import java.nio.file.AccessMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root file system as an unprivileged process sees it: what the kernel would refuse to the view's identity is refused with the
 * kernel's error, before anything is copied up. What the kernel refuses by the settings {@code fs.protected_*} is not
 * refused.
 *
 * <p>Permissions are those of the moment before the operation, as they are for a process whose path is walked first. A
 * node is a file that was reached: only its own permissions count, and those of the directories that an operation names.
 * A handle keeps the access it was opened with. {@link #utimens} always sets explicit times, so it is the owner's; there
 * is no form of it that write permission is enough for.
 */
public final class ActingView implements WatchableView {
  private final IdentityView view;
  private final Permissions permissions;

  private ActingView(IdentityView view) {
    this.view = view;
    this.permissions = new Permissions(view);
  }

  /**
   * Returns a view on which an identity can do no more than it may.
   *
   * @param view a writable view, opened for the identity
   * @return the view itself if the identity is root, who may do everything
   */
  public static WatchableView of(IdentityView view) {
    return view.identity().isRoot() ? view : new ActingView(view);
  }

  @Override
  public Node root() {
    return view.root();
  }

  @Override
  public @Nullable Node lookup(Node directory, Name name) throws PosixException {
    requireSearch(directory);
    return view.lookup(directory, name);
  }

  private void requireSearch(Node directory) throws PosixException {
    if (directory.type() == FileType.DIRECTORY) {
      permissions.require(directory, Permissions.EXECUTE);
    }
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    return view.stat(node);
  }

  @Override
  public @Nullable Stat stat(Node directory, Name name) throws PosixException {
    requireSearch(directory);
    return view.stat(directory, name);
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    if (directory.type() == FileType.DIRECTORY) {
      permissions.require(directory, Permissions.READ);
    }
    return view.list(directory);
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    return view.readLink(link);
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    int wanted = (flags.contains(OpenFlag.READ) ? Permissions.READ : 0)
        | (flags.contains(OpenFlag.WRITE) ? Permissions.WRITE : 0);
    boolean refused = file.type() == FileType.SYMLINK
        || (file.type() == FileType.DIRECTORY && flags.contains(OpenFlag.WRITE));
    if (!refused) {
      permissions.require(file, wanted);
    }
    return view.open(file, flags);
  }

  @Override
  public Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    if (requireNew(directory, name) && device) {
      throw new PosixException(Errno.EPERM, name.toString());
    }
    return view.create(directory, name, type, mode, rdevMajor, rdevMinor);
  }

  @Override
  public FileHandle createAndOpen(Node directory, Name name, int mode, Set<OpenFlag> flags)
      throws PosixException {
    requireNew(directory, name);
    return view.createAndOpen(directory, name, mode, flags);
  }

  /**
   * Requires that a name may be made. One that exists is no question of permissions: the view finds it itself.
   *
   * @return whether there is no such name
   */
  private boolean requireNew(Node directory, Name name) throws PosixException {
    boolean isNew = lookup(directory, name) == null;
    if (isNew) {
      view.requireWritableMount(directory);
      permissions.requireCreate(directory);
    }
    return isNew;
  }

  @Override
  public Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    if (target.length > 0) {
      requireNew(directory, name);
    }
    return view.symlink(directory, name, target);
  }

  @Override
  public void link(Node node, Node directory, Name name) throws PosixException {
    if (lookup(directory, name) == null) {
      view.requireWritableMount(directory);
      view.requireOneMount(node, directory);
      permissions.requireCreate(directory);
    }
    view.link(node, directory, name);
  }

  @Override
  public void unlink(Node directory, Name name) throws PosixException {
    requireDelete(directory, name);
    view.unlink(directory, name);
  }

  @Override
  public void rmdir(Node directory, Name name) throws PosixException {
    requireDelete(directory, name);
    view.rmdir(directory, name);
  }

  private void requireDelete(Node directory, Name name) throws PosixException {
    view.requireWritableMount(directory);
    Node victim = lookup(directory, name);
    if (victim != null) {
      permissions.requireDelete(directory, victim);
    }
  }

  @Override
  public void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    view.requireOneMount(directory, newDirectory);
    view.requireWritableMount(directory);
    Node source = lookup(directory, name);
    Node target = lookup(newDirectory, newName);
    if (source != null && !isDecided(source, directory, target, newDirectory, flags)) {
      boolean exchange = flags.contains(RenameFlag.EXCHANGE);
      permissions.requireRename(directory, source, newDirectory, target, exchange);
    }
    view.rename(directory, name, newDirectory, newName, flags);
  }

  /** Whether a rename fails, or does nothing, before anybody asks for permissions ({@code do_renameat2}). */
  private boolean isDecided(
      Node source, Node directory, @Nullable Node target, Node newDirectory, Set<RenameFlag> flags)
      throws PosixException {
    if (target == null) {
      return flags.contains(RenameFlag.EXCHANGE) || view.isAbove(source, newDirectory);
    }
    return flags.contains(RenameFlag.NOREPLACE)
        || source.equals(target)
        || view.isAbove(source, newDirectory)
        || view.isAbove(target, directory);
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    view.requireWritableMount(node);
    if (node.type() != FileType.SYMLINK) {
      permissions.requireOwner(node);
    }
    view.chmod(node, mode);
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    view.requireWritableMount(node);
    permissions.requireChown(node, uid, gid);
    view.chown(node, uid, gid);
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    if (atime != null || mtime != null) {
      view.requireWritableMount(node);
      permissions.requireOwner(node);
    }
    view.utimens(node, atime, mtime);
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    int wanted = 0;
    for (AccessMode mode : modes) {
      wanted |= switch (mode) {
        case READ -> Permissions.READ;
        case WRITE -> Permissions.WRITE;
        case EXECUTE -> Permissions.EXECUTE;
      };
    }
    permissions.require(node, wanted);
    view.access(node, modes);
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    return permissions.requireReadXattr(node, name) ? view.xattr(node, name) : null;
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    return view.xattrs(node).stream().filter(Permissions::isListed).toList();
  }

  @Override
  public void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    view.requireWritableMount(node);
    if (AccessLists.isList(name)) {
      Acl.parse(value); // what is no list is refused before anybody asks whose node it is
      permissions.requireWriteList(node, name);
    } else {
      permissions.requireWriteXattr(node, name);
    }
    view.setXattr(node, name, value, flag);
  }

  @Override
  public void removeXattr(Node node, Name name) throws PosixException {
    view.requireWritableMount(node);
    if (AccessLists.isList(name)) {
      permissions.requireWriteList(node, name);
    } else {
      permissions.requireWriteXattr(node, name);
    }
    view.removeXattr(node, name);
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    return view.statfs();
  }

  @Override
  public FileSystemStat statfs(Node node) throws PosixException {
    return view.statfs(node);
  }

  @Override
  public int device(Node node) {
    return view.device(node);
  }

  @Override
  public List<MountedRoot> mounts() {
    return view.mounts();
  }

  @Override
  public void sync() throws PosixException {
    view.sync();
  }

  @Override
  public void watch(Watcher watcher) {
    view.watch(watcher);
  }

  @Override
  public void unwatch(Watcher watcher) {
    view.unwatch(watcher);
  }

  @Override
  public void close() throws PosixException {
    view.close();
  }
}
