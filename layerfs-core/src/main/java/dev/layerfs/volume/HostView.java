package dev.layerfs.volume;

import com.google.common.io.Closer;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.Arguments;
import dev.layerfs.union.HostErrors;
import dev.layerfs.union.IdentityView;
import dev.layerfs.union.PlaceAttributes;
import dev.layerfs.volume.HostNames.Template;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory or regular file of a host as a root file system. Other views, processes and kernels may use the same objects at
 * the same time: nothing is remembered that they could make wrong, and what they change is seen at once. Where they change
 * what an operation is about, between its lookup and itself, it fails with {@link Errno#ESTALE}, and has changed nothing.
 *
 * <p>Watchers are told what is changed through this view, and others of the same tree ({@link #another}). An unlinked file can
 * be used by its open handles; its attributes stay what they were. What is done through views of one tree is atomic to all of
 * them; to other views of the same objects, and to other processes, it is as far as the host's own operations are. Formats that
 * keep records of objects take several for most changes: there, views that are used at the same time should be of one tree.
 */
public final class HostView implements IdentityView {
  private final HostTree tree;
  private final HostNode root;
  private final HostViewOptions options;
  private final Closeable resource;
  private final HostNames names;
  private final HostRenames renames;
  private final PlaceAttributes attributes;
  private final HostXattrs xattrs;
  private final Set<HostFile> open = ConcurrentHashMap.newKeySet();
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private HostView(HostTree tree, HostNode root, HostViewOptions options, Closeable resource) {
    this.tree = tree;
    this.root = root;
    this.options = options;
    this.resource = resource;
    this.names = new HostNames(tree, options.identity(), options.readOnly());
    this.renames = new HostRenames(tree, names);
    this.attributes = new PlaceAttributes(tree.files(), options.identity());
    this.xattrs = new HostXattrs(tree, attributes);
  }

  /**
   * Opens a view. However much there is at the place, this costs no more than to look whether it is there.
   *
   * @param files how the objects are kept; not closed with the view
   * @param root the place of a directory or regular file
   * @param options how it is shown
   * @return the view
   * @throws PosixException if there is neither a directory nor a regular file at the place
   */
  public static HostView open(HostFiles files, Path root, HostViewOptions options)
      throws PosixException {
    return open(files, root, options, () -> {});
  }

  /**
   * Opens a view that something is closed with.
   *
   * @param files how the objects are kept; not closed with the view
   * @param root the place of a directory or regular file
   * @param options how it is shown
   * @param resource what is closed after the view
   * @return the view
   * @throws PosixException if there is neither a directory nor a regular file at the place; then nothing is closed
   */
  public static HostView open(
      HostFiles files, Path root, HostViewOptions options, Closeable resource)
      throws PosixException {
    HostTree tree = new HostTree(files, root, options.quota(), false);
    return new HostView(tree, tree.root(), options, resource);
  }

  /** Opens a view of what nobody else can use, and which is dropped with it. */
  static HostView ofOwn(HostFiles files, Path root, HostViewOptions options, Closeable resource)
      throws PosixException {
    HostTree tree = new HostTree(files, root, options.quota(), true);
    return new HostView(tree, tree.root(), options, resource);
  }

  /**
   * Returns another view of the same tree, closed by itself: what one changes the watchers of all are told.
   *
   * @param others how it is shown; its quota is that of this view
   * @return the view
   * @throws PosixException if this view is closed
   */
  public HostView another(HostViewOptions others) throws PosixException {
    return another(root, others);
  }

  /**
   * Returns another view of a part of the same tree, closed by itself.
   *
   * @param part a directory or regular file of this view, which becomes the root of the other
   * @param others how it is shown; its quota is that of this view
   * @return the view
   * @throws PosixException {@link Errno#ENOTDIR} if the part is of another type, or if this view is closed
   */
  public HostView another(Node part, HostViewOptions others) throws PosixException {
    HostNode start = own(part);
    if (start.type() != FileType.DIRECTORY && start.type() != FileType.REGULAR) {
      throw new PosixException(Errno.ENOTDIR, start + ": neither directory nor regular file");
    }
    return new HostView(tree, start, others, () -> {});
  }

  /**
   * Fills an empty file with the content of another, if the host can do that without the bytes passing through this process.
   *
   * @param target an empty regular file of this view
   * @param other the view of the other
   * @param source a regular file of that
   * @return whether it was done
   */
  boolean copyRange(Node target, HostView other, Node source) throws PosixException {
    HostNode filled = own(target);
    return tree.copyRange(filled, other.tree, other.own(source));
  }

  private void checkOpen() throws PosixException {
    if (closed) {
      throw new PosixException(Errno.EBADF, "closed view");
    }
  }

  private HostNode own(Node node) throws PosixException {
    checkOpen();
    if (node instanceof HostNode own && own.tree() == tree) {
      return own;
    }
    throw new IllegalArgumentException("a node of another view: " + node);
  }

  private HostNode directory(Node node) throws PosixException {
    HostNode directory = own(node);
    if (directory.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, directory.toString());
    }
    return directory;
  }

  private HostNode directory(Node node, Name name) throws PosixException {
    HostNode directory = directory(node);
    Arguments.checkName(name);
    return directory;
  }

  @Override
  public Identity identity() {
    return options.identity();
  }

  @Override
  public boolean isAbove(Node node, Node directory) throws PosixException {
    return HostRenames.isAbove(own(node), own(directory));
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public @Nullable Node lookup(Node directory, Name name) throws PosixException {
    HostNode parent = directory(directory, name);
    return tree.reading(() -> {
      Path found = tree.findDirectory(parent);
      Stat stat = found == null ? null : tree.statIfExists(tree.files().resolve(found, name));
      return stat == null ? null : tree.node(stat, parent, name);
    });
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    HostNode shown = own(node);
    return tree.reading(() -> {
      Stat removed = shown.removed();
      return removed == null ? tree.find(shown).stat() : removed;
    });
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    HostNode listed = directory(directory);
    return tree.reading(() -> {
      Path found = tree.findDirectory(listed);
      if (found == null) {
        return List.of();
      }
      List<Name> all = new ArrayList<>(tree.files().list(found));
      Collections.sort(all);
      List<DirectoryEntry> entries = new ArrayList<>(all.size());
      for (Name name : all) {
        Stat stat = tree.statIfExists(tree.files().resolve(found, name));
        if (stat != null) { // else it is gone already
          entries.add(new DirectoryEntry(name, stat.type(), stat.inode()));
        }
      }
      return entries;
    });
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    HostNode node = own(link);
    if (node.type() != FileType.SYMLINK) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    return tree.reading(() -> tree.files().readLink(tree.find(node).path()));
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    HostNode node = own(file);
    Arguments.checkOpen(node, node.type(), flags);
    if (flags.contains(OpenFlag.WRITE)) {
      names.requireWritable(node);
    }
    HostFile handle = tree.reading(() -> {
      HostFile opened = new HostFile(this, node, flags);
      node.handles.incrementAndGet();
      open.add(opened);
      return opened;
    });
    try {
      checkOpen(); // who closes the view sees the handle, or this sees that the view is closed
      if (flags.contains(OpenFlag.TRUNCATE)) {
        handle.truncate(0);
      }
      return handle;
    } catch (PosixException e) {
      handle.close();
      throw e;
    }
  }

  /** A handle was closed: if its file has no name any more, it may be gone now. */
  void closed(HostFile handle, long size) throws PosixException {
    open.remove(handle);
    tree.reading(() -> {
      HostNode node = handle.node();
      if (node.handles.decrementAndGet() == 0 && node.removed() != null) {
        tree.release(size, node.type());
      }
      return true;
    });
  }

  /** A file is about to be written to, and must not keep its privileges. */
  void dropPrivileges(HostNode node) throws PosixException {
    if (node.unprivileged || node.removed() != null) {
      return;
    }
    unlessRemoved(() -> tree.change(() -> {
      attributes.dropPrivileges(tree.find(node).path());
      node.unprivileged = true;
    }));
  }

  /** Changes attributes of a file in use: if somebody has removed its name, before or meanwhile, the file can be used on. */
  private static void unlessRemoved(HostTree.Change change) throws PosixException {
    try {
      change.make();
    } catch (PosixException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  /** A file's content was changed. */
  void modified(HostNode node) throws PosixException {
    names.changed(node);
    tree.noteModified(node);
    tree.events().deliver();
  }

  /** Sets a file's modification time to now. */
  void touch(HostNode node) throws PosixException {
    if (node.removed() == null) {
      unlessRemoved(() -> utimens(node, null, Timespec.of(Instant.now())));
    }
  }

  @Override
  public Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    HostNode parent = directory(directory, name);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    int major = device ? rdevMajor : 0;
    int minor = device ? rdevMinor : 0;
    return tree.changing(() -> names.create(
        parent,
        name,
        () -> Arguments.checkDevice(name, type, major, minor),
        new Template(type, mode & 07777, major, minor, null)));
  }

  @Override
  public Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    HostNode parent = directory(directory, name);
    byte[] kept = target.clone();
    Arguments.checkTargetLength(name, kept);
    return tree.changing(() -> names.create(
        parent,
        name,
        () -> Arguments.checkTargetBytes(name, kept),
        new Template(FileType.SYMLINK, 0777, 0, 0, kept)));
  }

  @Override
  public void link(Node node, Node directory, Name name) throws PosixException {
    HostNode linked = own(node);
    HostNode parent = directory(directory, name);
    tree.change(() -> names.link(linked, parent, name));
  }

  @Override
  public void unlink(Node directory, Name name) throws PosixException {
    HostNode parent = directory(directory, name);
    tree.change(() -> names.unlink(parent, name));
  }

  @Override
  public void rmdir(Node directory, Name name) throws PosixException {
    HostNode parent = directory(directory, name);
    tree.change(() -> names.rmdir(parent, name));
  }

  @Override
  public void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    if (flags.size() > 1) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
    HostNode from = directory(directory, name);
    HostNode to = directory(newDirectory, newName);
    tree.change(() -> renames.rename(from, name, to, newName, flags));
  }

  /** A change to an object at its place. */
  @FunctionalInterface
  private interface AttributeChange {
    void make(Path place, Stat stat) throws PosixException;
  }

  private void modify(HostNode node, AttributeChange change) throws PosixException {
    tree.change(() -> {
      names.requireWritable(node);
      HostTree.Found found = tree.find(node);
      node.unprivileged = false;
      change.make(found.path(), found.stat());
      names.changed(node);
      tree.noteModified(node);
    });
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    HostNode changed = own(node);
    if (changed.type() == FileType.SYMLINK) {
      throw new PosixException(Errno.ENOTSUP, changed.toString());
    }
    modify(changed, (place, stat) -> attributes.chmod(place, stat, mode & 07777));
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    HostNode changed = own(node);
    PlaceAttributes.checkIds(changed, uid, gid);
    modify(changed, (place, stat) -> attributes.chown(place, stat, uid, gid));
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    HostNode changed = own(node);
    if (atime == null && mtime == null) {
      return;
    }
    modify(
        changed,
        (place, stat) -> tree.files()
            .setTimes(
                place,
                atime != null ? atime : new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
                mtime != null ? mtime : new Timespec(stat.mtimeSeconds(), stat.mtimeNanos())));
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    HostNode used = own(node);
    if (!modes.isEmpty()) {
      Arguments.checkAccess(used, stat(used), options.readOnly(), modes);
    }
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    HostNode own = own(node);
    return tree.<byte @Nullable []>reading(() -> xattrs.get(own, name));
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    HostNode own = own(node);
    return tree.reading(() -> xattrs.list(own));
  }

  @Override
  public void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    HostNode changed = own(node);
    byte[] kept = value.clone();
    HostXattrs.check(changed, name, kept);
    modify(changed, (place, stat) -> xattrs.set(place, stat, name, kept, flag));
  }

  @Override
  public void removeXattr(Node node, Name name) throws PosixException {
    HostNode changed = own(node);
    HostXattrs.checkRemovable(changed, name);
    modify(changed, (place, stat) -> xattrs.remove(place, stat, name));
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    checkOpen();
    return tree.figures(options.readOnly());
  }

  @Override
  public void sync() throws PosixException {
    checkOpen();
    if (tree.alone()) {
      return;
    }
    tree.force(() -> {
      if (tree.files().syncAll()) {
        tree.unsynced().clear();
      } else {
        tree.unsynced().sync();
      }
    });
  }

  @Override
  public void watch(Watcher watcher) {
    watchers.add(watcher);
    tree.events().add(watcher);
  }

  @Override
  public void unwatch(Watcher watcher) {
    watchers.remove(watcher);
    tree.events().remove(watcher);
  }

  @Override
  public void close() throws PosixException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    watchers.forEach(this::unwatch);
    try (Closer last = Closer.create()) { // closes what it was told last first
      last.register(resource);
      open.forEach(last::register);
    } catch (IOException e) {
      throw HostErrors.of(e, "closing a volume");
    }
  }
}
