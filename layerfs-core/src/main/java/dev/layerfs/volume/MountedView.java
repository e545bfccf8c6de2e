package dev.layerfs.volume;

import com.google.common.io.Closer;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.MountedRoot;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.union.HostErrors;
import dev.layerfs.union.IdentityView;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root file system with others mounted in it, as fs/namei.c has it for one mount namespace: a name at which something is
 * mounted leads there, what it names otherwise is covered; nothing is renamed or linked from one mount to another ({@link
 * Errno#EXDEV}), also of the same view; a mount point can't be removed, renamed or replaced ({@link Errno#EBUSY}), while a
 * directory above one can be renamed, and takes it along. What is in a mount that is read-only can't be changed ({@link
 * Errno#EROFS}), whatever its view allows.
 *
 * <p>Nodes of the view at the bottom are passed on as they are. Where nothing is mounted, a lookup costs one in a hash table
 * more.
 */
public final class MountedView implements IdentityView {
  private final IdentityView base;
  private final MountTable inBase = new MountTable();
  private final Map<List<Name>, Mount> mounts = new LinkedHashMap<>(); // those that can be seen
  private final List<PosixView> views = new ArrayList<>(); // what is mounted, each once
  private final MountWatchers watchers;

  private MountedView(IdentityView base) {
    this.base = base;
    this.watchers = new MountWatchers(base);
  }

  /**
   * Mounts views in a view. Those with shorter paths are mounted first, so that others may be mounted in them; of several at
   * one place the last is seen. Mount points that are missing are made ({@link MountPoints#make}).
   *
   * @param base what they are mounted in; it is closed with the new view
   * @param attachments what is mounted; closed with the new view, each once
   * @return the view; {@code base} itself if nothing is mounted
   * @throws PosixException what {@link MountPoints#make} throws; then nothing was closed
   */
  public static IdentityView of(IdentityView base, List<Attachment> attachments)
      throws PosixException {
    if (attachments.isEmpty()) {
      return base;
    }
    MountedView view = new MountedView(base);
    List<Attachment> sorted = new ArrayList<>(attachments);
    sorted.sort(Comparator.comparingInt(attachment -> attachment.target().size()));
    for (Attachment attachment : sorted) {
      view.mount(attachment);
    }
    return view;
  }

  private void mount(Attachment attachment) throws PosixException {
    PosixView mounted = attachment.view();
    FileType type = mounted.root().type();
    List<Name> path = MountPoints.make(this, attachment.target(), type);
    Resolved place = new Resolver(this).resolve(path.toArray(new Name[0]), LastLink.NOFOLLOW);
    Mount mount = new Mount(this, mounted, attachment.readOnly(), deviceOf(mounted));
    tableOf(place.parent()).add(inner(place.parent()), place.name(), mount);
    mounts.keySet().removeIf(covered -> isBeneath(covered, path));
    mounts.put(path, mount);
    watchers.add(mount);
  }

  private static boolean isBeneath(List<Name> path, List<Name> above) {
    return path.size() >= above.size() && path.subList(0, above.size()).equals(above);
  }

  /** Returns the number of a view's file system, the same for all its mounts. */
  private int deviceOf(PosixView mounted) {
    int known = views.indexOf(mounted);
    if (known < 0) {
      views.add(mounted);
      return views.size();
    }
    return known + 1;
  }

  /** Returns through which mount a node was reached, null for the view at the bottom. */
  private @Nullable Mount mountOf(Node node) {
    if (!(node instanceof MountedNode mounted)) {
      return null;
    } else if (mounted.mount().owner() != this) {
      throw new IllegalArgumentException("a node of another view: " + node);
    }
    return mounted.mount();
  }

  private PosixView viewOf(Node node) {
    Mount mount = mountOf(node);
    return mount == null ? base : mount.view();
  }

  private MountTable tableOf(Node node) {
    Mount mount = mountOf(node);
    return mount == null ? inBase : mount.inside();
  }

  private static Node inner(Node node) {
    return node instanceof MountedNode mounted ? mounted.node() : node;
  }

  /** Returns a node that was found where another is. */
  private static Node outer(Node where, Node found) {
    return where instanceof MountedNode mounted ? mounted.mount().node(found) : found;
  }

  private static FileHandle outer(Node where, FileHandle handle) {
    return where instanceof MountedNode mounted
        ? new MountedFile(mounted.mount().node(handle.node()), handle)
        : handle;
  }

  @Override
  public void requireOneMount(Node one, Node other) throws PosixException {
    if (mountOf(one) != mountOf(other)) {
      throw new PosixException(Errno.EXDEV, one.toString());
    }
  }

  @Override
  public void requireWritableMount(Node node) throws PosixException {
    Mount mount = mountOf(node);
    if (mount != null) {
      mount.requireWritable(node);
    }
  }

  @Override
  public Identity identity() {
    return base.identity();
  }

  @Override
  public boolean isAbove(Node node, Node directory) throws PosixException {
    return mountOf(node) == mountOf(directory)
        && viewOf(node) instanceof IdentityView view
        && view.isAbove(inner(node), inner(directory));
  }

  @Override
  public Node root() {
    return base.root();
  }

  @Override
  public @Nullable Node lookup(Node directory, Name name) throws PosixException {
    Mount mount = mountOf(directory);
    if (mount == null) {
      Mount mounted = inBase.at(directory, name);
      return mounted == null ? base.lookup(directory, name) : mounted.root();
    }
    Node inner = inner(directory);
    Mount mounted = mount.inside().at(inner, name);
    if (mounted != null) {
      return mounted.root();
    }
    Node found = mount.view().lookup(inner, name);
    return found == null ? null : mount.node(found);
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    return viewOf(node).stat(inner(node));
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    List<DirectoryEntry> covered = viewOf(directory).list(inner(directory));
    Map<Name, Mount> mounted = tableOf(directory).in(inner(directory));
    if (mounted.isEmpty()) {
      return covered;
    }
    List<DirectoryEntry> entries = new ArrayList<>(covered.size());
    for (DirectoryEntry entry : covered) {
      Mount mount = mounted.get(entry.name());
      entries.add(mount == null ? entry : entry(entry.name(), mount));
    }
    return entries;
  }

  private static DirectoryEntry entry(Name name, Mount mount) throws PosixException {
    Stat stat = mount.view().stat(mount.view().root());
    return new DirectoryEntry(name, stat.type(), stat.inode());
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    return viewOf(link).readLink(inner(link));
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    if (flags.contains(OpenFlag.WRITE) && file.type() == FileType.REGULAR) {
      requireWritableMount(file);
    }
    return outer(file, viewOf(file).open(inner(file), flags));
  }

  @Override
  public Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    requireNew(directory, name);
    return outer(
        directory,
        viewOf(directory).create(inner(directory), name, type, mode, rdevMajor, rdevMinor));
  }

  @Override
  public FileHandle createAndOpen(Node directory, Name name, int mode, Set<OpenFlag> flags)
      throws PosixException {
    requireNew(directory, name);
    return outer(directory, viewOf(directory).createAndOpen(inner(directory), name, mode, flags));
  }

  /** {@code filename_create}: that there is such a name comes before that it could not be made. */
  private void requireNew(Node directory, Name name) throws PosixException {
    Mount mount = mountOf(directory);
    boolean known = tableOf(directory).at(inner(directory), name) != null
        || (mount != null && mount.readOnly() && lookup(directory, name) != null);
    if (known) {
      throw new PosixException(Errno.EEXIST, name.toString());
    }
    requireWritableMount(directory);
  }

  @Override
  public Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    requireNew(directory, name);
    return outer(directory, viewOf(directory).symlink(inner(directory), name, target));
  }

  @Override
  public void link(Node node, Node directory, Name name) throws PosixException {
    requireNew(directory, name);
    if (mountOf(node) != mountOf(directory) && lookup(directory, name) != null) {
      throw new PosixException(Errno.EEXIST, name.toString());
    }
    requireOneMount(node, directory);
    viewOf(directory).link(inner(node), inner(directory), name);
  }

  @Override
  public void unlink(Node directory, Name name) throws PosixException {
    requireWritableMount(directory);
    Mount mounted = tableOf(directory).at(inner(directory), name);
    if (mounted != null) {
      boolean isDirectory = mounted.root().type() == FileType.DIRECTORY;
      throw new PosixException(isDirectory ? Errno.EISDIR : Errno.EBUSY, name.toString());
    }
    viewOf(directory).unlink(inner(directory), name);
  }

  @Override
  public void rmdir(Node directory, Name name) throws PosixException {
    requireWritableMount(directory);
    Mount mounted = tableOf(directory).at(inner(directory), name);
    if (mounted != null) {
      boolean isDirectory = mounted.root().type() == FileType.DIRECTORY;
      throw new PosixException(isDirectory ? Errno.EBUSY : Errno.ENOTDIR, name.toString());
    }
    viewOf(directory).rmdir(inner(directory), name);
  }

  /** The checks are in the order of {@code do_renameat2} and {@code vfs_rename}. */
  @Override
  public void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    if (flags.size() > 1) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
    requireDirectory(directory);
    requireDirectory(newDirectory);
    requireOneMount(directory, newDirectory);
    requireWritableMount(directory);
    boolean ofMountPoint = tableOf(directory).at(inner(directory), name) != null
        || tableOf(newDirectory).at(inner(newDirectory), newName) != null;
    if (ofMountPoint) {
      refuseRename(lookup(directory, name), lookup(newDirectory, newName), name, newName, flags);
    } else {
      viewOf(directory).rename(inner(directory), name, inner(newDirectory), newName, flags);
    }
  }

  private static void requireDirectory(Node node) throws PosixException {
    if (node.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, node.toString());
    }
  }

  /** Says why a mount point can't be renamed or replaced, unless nothing is to be done. */
  private static void refuseRename(
      @Nullable Node source, @Nullable Node target, Name name, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    boolean exchange = flags.contains(RenameFlag.EXCHANGE);
    if (source == null || (exchange && target == null)) {
      throw new PosixException(Errno.ENOENT, name.toString());
    } else if (target != null && flags.contains(RenameFlag.NOREPLACE)) {
      throw new PosixException(Errno.EEXIST, newName.toString());
    } else if (source.equals(target)) {
      return;
    }
    boolean directory = source.type() == FileType.DIRECTORY;
    boolean onDirectory = target != null && target.type() == FileType.DIRECTORY;
    if (target != null && !exchange && directory != onDirectory) {
      throw new PosixException(directory ? Errno.ENOTDIR : Errno.EISDIR, newName.toString());
    }
    throw new PosixException(Errno.EBUSY, name.toString());
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    requireWritableMount(node);
    viewOf(node).chmod(inner(node), mode);
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    requireWritableMount(node);
    viewOf(node).chown(inner(node), uid, gid);
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    requireWritableMount(node);
    viewOf(node).utimens(inner(node), atime, mtime);
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    boolean stored = switch (node.type()) {
      case REGULAR, DIRECTORY, SYMLINK -> true;
      default -> false;
    };
    if (stored && modes.contains(AccessMode.WRITE)) {
      requireWritableMount(node);
    }
    viewOf(node).access(inner(node), modes);
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    return viewOf(node).xattr(inner(node), name);
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    return viewOf(node).xattrs(inner(node));
  }

  @Override
  public void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    requireWritableMount(node);
    viewOf(node).setXattr(inner(node), name, value, flag);
  }

  @Override
  public void removeXattr(Node node, Name name) throws PosixException {
    requireWritableMount(node);
    viewOf(node).removeXattr(inner(node), name);
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    return base.statfs();
  }

  @Override
  public FileSystemStat statfs(Node node) throws PosixException {
    FileSystemStat figures = viewOf(node).statfs(inner(node));
    Mount mount = mountOf(node);
    boolean readOnly = mount != null && mount.readOnly();
    return readOnly && !figures.readOnly() ? figures.unchangeable() : figures;
  }

  @Override
  public int device(Node node) {
    Mount mount = mountOf(node);
    return mount == null ? base.device(node) : mount.device();
  }

  @Override
  public List<MountedRoot> mounts() {
    List<MountedRoot> roots = new ArrayList<>(base.mounts());
    mounts.forEach((path, mount) -> roots.add(new MountedRoot(path, mount.root())));
    return roots;
  }

  @Override
  public void sync() throws PosixException {
    base.sync();
    for (PosixView view : views) {
      view.sync();
    }
  }

  @Override
  public void watch(Watcher watcher) {
    watchers.watch(watcher);
  }

  @Override
  public void unwatch(Watcher watcher) {
    watchers.unwatch(watcher);
  }

  @Override
  public void close() throws PosixException {
    try (Closer last = Closer.create()) { // closes what it was told last first
      last.register(base);
      views.forEach(last::register);
    } catch (IOException e) {
      throw HostErrors.of(e, "closing volumes");
    }
  }
}
