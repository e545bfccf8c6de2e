package dev.layerfs.testing;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.file.AccessMode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole of {@link PosixView} in memory, as simple as it can be: the oracle that other views are compared with, and a
 * file system for the tests of doors. Checks and their order are those of Linux's fs/namei.c, open.c, attr.c and xattr.c
 * for a process with all capabilities and an empty umask.
 *
 * <p>Reading does not change access times; ACL attributes are plain bytes; a directory's size is always 4096.
 */
public final class ModelView implements PosixView {
  static final Name CAPABILITY = Name.of("security.capability");

  private static final int MAX_TARGET = 4095;
  private static final int MAX_XATTR_VALUE = 65_535;
  private static final long MAX_ID = 4_294_967_294L;
  private static final Name USER = Name.of("user.");
  private static final List<Name> PREFIXES =
      List.of(USER, Name.of("trusted."), Name.of("security."));
  private static final Set<Name> ACLS =
      Set.of(Name.of("system.posix_acl_access"), Name.of("system.posix_acl_default"));

  private final InstantSource clock;
  private final ModelNode root;
  private long lastInode;
  private boolean readOnly;
  private boolean closed;

  /** Makes an empty view with the system's clock; its root has mode 0755. */
  public ModelView() {
    this(InstantSource.system());
  }

  /**
   * Makes an empty view whose root has mode 0755.
   *
   * @param clock where the times of changes come from
   */
  public ModelView(InstantSource clock) {
    this.clock = clock;
    root = newNode(FileType.DIRECTORY, 0755);
    root.links = 2;
  }

  /** From here on every change fails with {@link Errno#EROFS}. */
  public synchronized void makeReadOnly() {
    readOnly = true;
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public synchronized @Nullable Node lookup(Node directory, Name name) throws PosixException {
    return directory(directory, name).entries.get(name);
  }

  @Override
  public synchronized Stat stat(Node node) throws PosixException {
    return own(node).stat();
  }

  @Override
  public synchronized List<DirectoryEntry> list(Node directory) throws PosixException {
    List<DirectoryEntry> list = new ArrayList<>();
    directory(directory)
        .entries
        .forEach((name, node) -> list.add(new DirectoryEntry(name, node.type(), node.inode)));
    return list;
  }

  @Override
  public synchronized byte[] readLink(Node link) throws PosixException {
    ModelNode node = own(link);
    require(node.type() == FileType.SYMLINK, Errno.EINVAL, node);
    return node.target.clone();
  }

  @Override
  public synchronized FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    ModelNode node = own(file);
    boolean write = flags.contains(OpenFlag.WRITE);
    require(write || flags.equals(Set.of(OpenFlag.READ)), Errno.EINVAL, node);
    require(node.type() != FileType.SYMLINK, Errno.ELOOP, node);
    require(!node.isDirectory(), Errno.EISDIR, node);
    require(node.type() == FileType.REGULAR, Errno.ENXIO, node);
    require(!write || !readOnly, Errno.EROFS, node);
    ModelHandle handle = new ModelHandle(node, Set.copyOf(flags));
    if (flags.contains(OpenFlag.TRUNCATE)) {
      handle.truncate(0);
    }
    return handle;
  }

  @Override
  public synchronized Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    ModelNode parent = directory(directory, name);
    checkNew(parent, name);
    require(type != FileType.SYMLINK, Errno.EINVAL, name);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    if (device) {
      boolean valid =
          rdevMajor >= 0 && rdevMajor < 1 << 12 && rdevMinor >= 0 && rdevMinor < 1 << 20;
      require(valid, Errno.EINVAL, name);
      boolean whiteout = type == FileType.CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0;
      require(!whiteout, Errno.EPERM, name);
    }
    ModelNode node = newNode(type, mode & 07777);
    node.rdevMajor = device ? rdevMajor : 0;
    node.rdevMinor = device ? rdevMinor : 0;
    addNew(parent, name, node);
    return node;
  }

  @Override
  public synchronized Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    require(target.length > 0, Errno.ENOENT, name);
    require(target.length <= MAX_TARGET, Errno.ENAMETOOLONG, name);
    ModelNode parent = directory(directory, name);
    checkNew(parent, name);
    for (byte b : target) {
      require(b != 0, Errno.EINVAL, name);
    }
    ModelNode node = newNode(FileType.SYMLINK, 0777);
    node.target = target.clone();
    addNew(parent, name, node);
    return node;
  }

  @Override
  public synchronized void link(Node node, Node directory, Name name) throws PosixException {
    ModelNode linked = own(node);
    ModelNode parent = directory(directory, name);
    checkNew(parent, name);
    require(!linked.isDirectory(), Errno.EPERM, linked);
    require(linked.links > 0, Errno.ENOENT, linked);
    linked.links++;
    linked.changed(now());
    parent.entries.put(name, linked);
    parent.modified(now());
  }

  @Override
  public synchronized void unlink(Node directory, Name name) throws PosixException {
    ModelNode parent = directory(directory, name);
    checkWritable(name);
    ModelNode node = existing(parent, name);
    require(!node.isDirectory(), Errno.EISDIR, name);
    remove(parent, name);
  }

  @Override
  public synchronized void rmdir(Node directory, Name name) throws PosixException {
    ModelNode parent = directory(directory, name);
    checkWritable(name);
    ModelNode node = existing(parent, name);
    require(node.isDirectory(), Errno.ENOTDIR, name);
    require(node.entries.isEmpty(), Errno.ENOTEMPTY, name);
    remove(parent, name);
  }

  @Override
  public synchronized void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    require(flags.size() < 2, Errno.EINVAL, name);
    ModelNode from = directory(directory, name);
    ModelNode to = directory(newDirectory, newName);
    checkWritable(name);
    ModelNode source = existing(from, name);
    ModelNode target = to.entries.get(newName);
    boolean exchange = flags.contains(RenameFlag.EXCHANGE);
    require(target == null || !flags.contains(RenameFlag.NOREPLACE), Errno.EEXIST, newName);
    require(target != null || !exchange, Errno.ENOENT, newName);
    require(!source.isDirectory() || !to.hasAncestor(source), Errno.EINVAL, newName);
    boolean above = target != null && target.isDirectory() && from.hasAncestor(target);
    require(!above, exchange ? Errno.EINVAL : Errno.ENOTEMPTY, newName);
    if (source == target) {
      return;
    }
    if (target == null) {
      require(to.links > 0, Errno.ENOENT, newName);
    } else if (!exchange) {
      checkReplaceable(source, target, newName);
      remove(to, newName);
    }
    detach(from, name);
    if (exchange && target != null) {
      detach(to, newName);
      attach(from, name, target);
    }
    attach(to, newName, source);
  }

  @Override
  public synchronized void chmod(Node node, int mode) throws PosixException {
    ModelNode changed = own(node);
    checkWritable(changed);
    require(changed.type() != FileType.SYMLINK, Errno.ENOTSUP, changed);
    changed.mode = mode & 07777;
    changed.changed(now());
  }

  @Override
  public synchronized void access(Node node, Set<AccessMode> modes) throws PosixException {
    ModelNode used = own(node);
    if (modes.contains(AccessMode.WRITE)) {
      checkWritable(used);
    }
    boolean needsBit = modes.contains(AccessMode.EXECUTE) && used.type() != FileType.DIRECTORY;
    require(!needsBit || (used.mode & 0111) != 0, Errno.EACCES, used);
  }

  @Override
  public synchronized void chown(Node node, long uid, long gid) throws PosixException {
    ModelNode changed = own(node);
    checkWritable(changed);
    require(uid >= -1 && uid <= MAX_ID && gid >= -1 && gid <= MAX_ID, Errno.EINVAL, changed);
    changed.uid = uid < 0 ? changed.uid : uid;
    changed.gid = gid < 0 ? changed.gid : gid;
    if (!changed.isDirectory()) {
      changed.dropPrivileges();
    }
    changed.changed(now());
  }

  @Override
  public synchronized void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    ModelNode changed = own(node);
    if (atime == null && mtime == null) {
      return;
    }
    checkWritable(changed);
    changed.times[0] = atime == null ? changed.times[0] : atime;
    changed.times[1] = mtime == null ? changed.times[1] : mtime;
    changed.changed(now());
  }

  @Override
  public synchronized byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    ModelNode read = own(node);
    byte[] value = read.xattrs.get(name);
    if (value == null && mayHave(read, name)) {
      checkNamespace(name);
    }
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized List<Name> xattrs(Node node) throws PosixException {
    return List.copyOf(own(node).xattrs.keySet());
  }

  @Override
  public synchronized void setXattr(Node node, Name name, byte[] value, XattrFlag flag)
      throws PosixException {
    ModelNode changed = own(node);
    require(name.length() > 0 && name.length() <= Name.MAX_LENGTH, Errno.ERANGE, name);
    require(value.length <= MAX_XATTR_VALUE, Errno.E2BIG, name);
    checkXattrChange(changed, name);
    boolean exists = changed.xattrs.containsKey(name);
    require(!exists || flag != XattrFlag.CREATE, Errno.EEXIST, name);
    require(exists || flag != XattrFlag.REPLACE, Errno.ENODATA, name);
    changed.xattrs.put(name, value.clone());
    changed.changed(now());
  }

  @Override
  public synchronized void removeXattr(Node node, Name name) throws PosixException {
    ModelNode changed = own(node);
    checkXattrChange(changed, name);
    require(changed.xattrs.remove(name) != null, Errno.ENODATA, name);
    changed.changed(now());
  }

  @Override
  public synchronized FileSystemStat statfs() throws PosixException {
    checkOpen();
    return new FileSystemStat(4096, 1 << 20, 1 << 19, 1 << 18, readOnly);
  }

  @Override
  public synchronized void sync() throws PosixException {
    checkOpen();
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  Timespec now() {
    return Timespec.of(clock.instant());
  }

  void checkOpen() throws PosixException {
    require(!closed, Errno.EBADF, "closed view");
  }

  private ModelNode newNode(FileType type, int mode) {
    ModelNode node = new ModelNode(this, type, ++lastInode, now());
    node.mode = mode;
    return node;
  }

  private ModelNode own(Node node) throws PosixException {
    checkOpen();
    if (node instanceof ModelNode own && own.view == this) {
      return own;
    }
    throw new IllegalArgumentException("a node of another view: " + node);
  }

  private ModelNode directory(Node node) throws PosixException {
    ModelNode directory = own(node);
    require(directory.isDirectory(), Errno.ENOTDIR, directory);
    return directory;
  }

  private ModelNode directory(Node node, Name name) throws PosixException {
    ModelNode directory = directory(node);
    require(name.length() <= Name.MAX_LENGTH, Errno.ENAMETOOLONG, name);
    String text = name.toString();
    boolean special = text.isEmpty() || text.equals(".") || text.equals("..");
    require(!special && text.indexOf('/') < 0 && text.indexOf('\0') < 0, Errno.EINVAL, name);
    return directory;
  }

  private static ModelNode existing(ModelNode directory, Name name) throws PosixException {
    ModelNode node = directory.entries.get(name);
    if (node == null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    return node;
  }

  private void checkWritable(Object subject) throws PosixException {
    require(!readOnly, Errno.EROFS, subject);
  }

  private void checkNew(ModelNode directory, Name name) throws PosixException {
    require(directory.links > 0, Errno.ENOENT, name);
    require(!directory.entries.containsKey(name), Errno.EEXIST, name);
    checkWritable(name);
  }

  private static void checkReplaceable(ModelNode source, ModelNode target, Name name)
      throws PosixException {
    require(!source.isDirectory() || target.isDirectory(), Errno.ENOTDIR, name);
    require(source.isDirectory() || !target.isDirectory(), Errno.EISDIR, name);
    require(target.entries.isEmpty(), Errno.ENOTEMPTY, name);
  }

  private void checkXattrChange(ModelNode node, Name name) throws PosixException {
    checkWritable(name);
    require(mayHave(node, name), Errno.EPERM, name);
    checkNamespace(name);
  }

  private static boolean mayHave(ModelNode node, Name name) {
    boolean hasContent = node.type() == FileType.REGULAR || node.isDirectory();
    return hasContent || !name.startsWith(USER);
  }

  private static void checkNamespace(Name name) throws PosixException {
    boolean known = ACLS.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
    require(known, Errno.ENOTSUP, name);
    require(PREFIXES.stream().noneMatch(name::equals), Errno.EINVAL, name);
  }

  private void addNew(ModelNode parent, Name name, ModelNode node) {
    if ((parent.mode & 02000) != 0) {
      node.gid = parent.gid;
      node.mode |= node.isDirectory() ? 02000 : 0;
    }
    node.links = node.isDirectory() ? 2 : 1;
    attach(parent, name, node);
  }

  private void remove(ModelNode parent, Name name) throws PosixException {
    ModelNode node = existing(parent, name);
    detach(parent, name);
    node.links -= node.isDirectory() ? 2 : 1;
  }

  private void attach(ModelNode parent, Name name, ModelNode node) {
    parent.entries.put(name, node);
    parent.modified(now());
    node.changed(now());
    if (node.isDirectory()) {
      node.parent = parent;
      parent.links++;
    }
  }

  private void detach(ModelNode parent, Name name) throws PosixException {
    ModelNode node = existing(parent, name);
    parent.entries.remove(name);
    parent.modified(now());
    node.changed(now());
    if (node.isDirectory()) {
      node.parent = null;
      parent.links--;
    }
  }

  private static void require(boolean condition, Errno errno, Object subject)
      throws PosixException {
    if (!condition) {
      throw new PosixException(errno, subject.toString());
    }
  }
}
