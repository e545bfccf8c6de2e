package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The union engine: an image and, unless read-only, an upper, as one root file system.
 *
 * <p>Where it is better than the kernel's overlayfs, on purpose: hard links of the image stay links when they are copied
 * up, directories of the image can be renamed, inode numbers are constant across copy-up and reopening, nothing is
 * listed that can't be found. Access times are not maintained. Readers never wait for readers; what is only in the image
 * is read without a lock.
 *
 * <p>A node whose last name was removed while no handle was open on it answers {@link #stat}; anything that needs the
 * removed object itself fails with {@link Errno#ESTALE}.
 */
public final class UnionView implements IdentityView {
  private static final Changes.Condition ALWAYS = () -> true;
  private static final int BLOCK = 4096;

  private final Inodes inodes;
  private final Identity identity;
  private final OpenFiles open = new OpenFiles();
  private final Events events;
  private final Attributes attributes;
  private final Xattrs xattrs;
  private final Namespace names;
  private final Renames renames;
  private final CopyUp copyUp;
  private final Changes changes;
  private final Handles handles;
  private final WritableMappings mappings = new WritableMappings();

  /** Reachable as long as this is, so that others who stand on it find it. */
  @SuppressWarnings("UnusedVariable")
  private final @Nullable CoveredStack beneath;

  private UnionView(
      Inodes inodes, @Nullable CoveredStack beneath, MarkNames marks, Identity identity) {
    this.beneath = beneath;
    this.inodes = inodes;
    this.identity = identity;
    this.events = new Events(inodes);
    this.copyUp = new CopyUp(inodes, events);
    AccessLists lists = new AccessLists(inodes, copyUp, identity);
    this.attributes = new Attributes(inodes, copyUp, lists);
    this.xattrs = new Xattrs(inodes, copyUp, marks, lists);
    this.names = new Namespace(inodes, copyUp, open, identity, lists);
    this.renames = new Renames(inodes, copyUp, names, open, events);
    this.changes = new Changes(inodes, copyUp, events);
    this.handles = new Handles(this, names, open, events);
  }

  /**
   * Opens a read-only view of an image. Closing it does not close the image.
   *
   * @param image an open image
   * @return the view
   */
  public static UnionView readOnly(ErofsImage image) {
    Name prefix = Name.of("user.overlay.");
    Inodes inodes = new Inodes(new ImageLower(image), null);
    return new UnionView(inodes, null, MarkNames.of(prefix), Identity.ROOT);
  }

  /**
   * Opens a writable view. Closing it does not close the image.
   *
   * @param image an open image, the one the upper was created with
   * @param upper an open upper, which the view owns from now on
   * @return the view
   * @throws IOException if the roots can't be read
   */
  public static UnionView open(ErofsImage image, Upper upper) throws IOException {
    return open(CoveredStack.of(image, List.of()), upper, Identity.ROOT);
  }

  /**
   * Opens a writable view with uppers that don't change any more between the image and its own, whose changes are made by an
   * identity: it owns what it makes, and set-id bits that it must not leave are cleared. Nothing is refused to it; {@link
   * ActingView} does that. Closing the view does not close the image.
   *
   * @param beneath the image and the uppers on it
   * @param upper an open upper that was created on those, which the view owns from now on
   * @param identity who makes the changes
   * @return the view
   * @throws IOException if the roots can't be read
   */
  public static UnionView open(CoveredStack beneath, Upper upper, Identity identity)
      throws IOException {
    UpperTree tree = new UpperTree(beneath.top(), upper, beneath.nids());
    return new UnionView(new Inodes(tree.lower(), tree), beneath, upper.markNames(), identity);
  }

  /**
   * Returns what can be done with the uppers of this view as a whole.
   *
   * @return the uppers; not to be used on a read-only view
   */
  public UpperStack uppers() {
    return new UpperStack(inodes, changes, open, xattrs, mappings);
  }

  /**
   * Says whether an upper holds a node. If not, neither the node nor anything beneath it differs from the image.
   *
   * @param node a node of this view
   * @return whether it was created, changed or copied up here
   * @throws PosixException {@link Errno#EBADF} if the view is closed
   */
  public boolean isInUpper(Node node) throws PosixException {
    UnionNode own = own(node);
    return own.upper() != null || inodes.lower().isChanged(own.nid);
  }

  Inodes inodes() {
    return inodes;
  }

  Changes changes() {
    return changes;
  }

  @Override
  public boolean isAbove(Node node, Node directory) throws PosixException {
    return renames.isAbove(own(node), own(directory));
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public Node root() {
    return inodes.root();
  }

  @Override
  public @Nullable Node lookup(Node directory, Name name) throws PosixException {
    return inodes.lookup(directory(directory, name), name);
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    return Attributes.stat(inodes, own(node));
  }

  @Override
  public @Nullable Stat stat(Node directory, Name name) throws PosixException {
    return Attributes.stat(inodes, directory(directory, name), name);
  }

  @Override
  public NodeAttributes attributes(Node node) throws PosixException {
    UnionNode asked = own(node);
    return inodes.isGone(asked) ? IdentityView.super.attributes(node) : xattrs.listWithStat(asked);
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    return inodes.list(directory(directory));
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    UnionNode node = own(link);
    if (node.type() != FileType.SYMLINK) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    return inodes.look(
        node,
        lower -> lower.readLink(node.nid),
        (inode, place) -> inodes.upper().host().readLink(place));
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    return handles.open(own(file), flags);
  }

  /** A handle changed a file's content. */
  void modified(UnionNode node) {
    events.noteModified(node);
    events.deliver();
  }

  /** Sees to it that a file is in the upper, to be written to. */
  void copyUp(UnionNode node, boolean content) throws PosixException {
    Changes.Step<UpperInode> step = () -> changes.ofNode(node, () -> copyUp.inode(node, content));
    if (content) {
      changes.withContent(node, step);
    } else {
      step.take();
    }
  }

  /** A file is about to be written to, and must not keep its privileges. */
  void dropPrivileges(UnionNode node) throws PosixException {
    changes.ofNode(node, () -> {
      attributes.dropPrivileges(node);
      return true;
    });
  }

  /** A part of the upper was mapped for writing. */
  void mapped(BooleanSupplier inUse) {
    mappings.add(inUse);
  }

  /** Returns what opens files of this view, and is told when they are closed. */
  Handles handles() {
    return handles;
  }

  @Override
  public Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    UnionNode parent = directory(directory, name);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    int major = device ? rdevMajor : 0;
    int minor = device ? rdevMinor : 0;
    return changes.inDirectories(
        ALWAYS,
        () -> {
          names.checkNew(parent, name);
          Arguments.checkDevice(name, type, major, minor);
          return create(
              parent, name, new Namespace.Template(type, mode & 07777, major, minor, null));
        },
        parent);
  }

  private Node create(UnionNode parent, Name name, Namespace.Template template)
      throws PosixException {
    Namespace.Made made = names.create(parent, name, template);
    events.note(parent, name, NameEvent.CREATED);
    FileChannel content = made.content();
    if (content != null) {
      OpenFile.closeQuietly(content);
    }
    return made.node();
  }

  /** {@inheritDoc} Here nobody sees the file before it is open. */
  @Override
  public FileHandle createAndOpen(Node directory, Name name, int mode, Set<OpenFlag> flags)
      throws PosixException {
    return handles.create(directory(directory, name), name, mode & 07777, flags);
  }

  @Override
  public Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    UnionNode parent = directory(directory, name);
    byte[] kept = target.clone();
    Arguments.checkTargetLength(name, kept);
    return changes.inDirectories(
        ALWAYS,
        () -> {
          names.checkNew(parent, name);
          Arguments.checkTargetBytes(name, kept);
          return create(parent, name, new Namespace.Template(FileType.SYMLINK, 0777, 0, 0, kept));
        },
        parent);
  }

  @Override
  public void link(Node node, Node directory, Name name) throws PosixException {
    UnionNode linked = own(node);
    UnionNode parent = directory(directory, name);
    Changes.Step<Boolean> step = () -> changes.inDirectories(
        () -> isFoundIn(linked, parent),
        () -> {
          names.link(linked, parent, name);
          events.note(parent, name, NameEvent.CREATED);
          return true;
        },
        parent);
    changes.withContent(linked, step);
  }

  /** Whether an inode is in the upper, and is found in this directory. */
  private boolean isFoundIn(UnionNode node, UnionNode directory) throws PosixException {
    UpperInode inode = node.upper();
    return inode != null && inodes.holder(inode) == directory.upper();
  }

  @Override
  public void unlink(Node directory, Name name) throws PosixException {
    UnionNode parent = directory(directory, name);
    changes.inDirectories(
        () -> isSimple(parent, name),
        () -> {
          changes.checkWritable(name);
          names.unlink(parent, name);
          events.note(parent, name, NameEvent.DELETED);
          return true;
        },
        parent);
  }

  private boolean isSimple(UnionNode directory, Name name) throws PosixException {
    UnionNode node = inodes.lookup(directory, name);
    return node == null || changes.isSimple(node);
  }

  @Override
  public void rmdir(Node directory, Name name) throws PosixException {
    UnionNode parent = directory(directory, name);
    changes.alone(() -> {
      changes.checkWritable(name);
      UnionNode removed = names.rmdir(parent, name);
      events.note(parent, name, NameEvent.DELETED);
      events.noteRemoved(removed);
      return true;
    });
  }

  @Override
  public void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    if (flags.size() > 1) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
    UnionNode from = directory(directory, name);
    UnionNode to = directory(newDirectory, newName);
    boolean exchange = flags.contains(RenameFlag.EXCHANGE);
    Changes.Step<Boolean> step = () -> changes.inDirectories(
        () -> !exchange && isSimple(from, name) && isSimple(to, newName),
        () -> {
          changes.checkWritable(name);
          renames.rename(from, name, to, newName, flags);
          return true;
        },
        from,
        to);
    UnionNode source = inodes.lookup(from, name);
    if (source == null) {
      step.take();
    } else {
      changes.withContent(source, step);
    }
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    UnionNode changed = own(node);
    modify(changed, () -> attributes.chmod(changed, mode));
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    UnionNode changed = own(node);
    modify(changed, () -> attributes.chown(changed, uid, gid));
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    UnionNode changed = own(node);
    if (atime != null || mtime != null) {
      modify(changed, () -> attributes.setTimes(changed, atime, mtime));
    }
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    UnionNode used = own(node);
    Arguments.checkAccess(used, stat(used), inodes.readOnly(), modes);
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    return xattrs.get(own(node), name);
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    return xattrs.list(own(node));
  }

  @Override
  public void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    UnionNode changed = own(node);
    modify(changed, () -> xattrs.set(changed, name, value, flag));
  }

  @Override
  public void removeXattr(Node node, Name name) throws PosixException {
    UnionNode changed = own(node);
    modify(changed, () -> xattrs.remove(changed, name));
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    changes.checkOpen();
    if (inodes.readOnly()) {
      return new FileSystemStat(BLOCK, inodes.lower().totalBytes() / BLOCK, 0, 0, true);
    }
    return inodes.upper().space();
  }

  /**
   * Returns what the upper takes up, if it has limits.
   *
   * @return bytes and inodes now; empty if nothing is limited, and nobody counts
   */
  public Optional<SpaceUsage> usage() {
    SpaceAccount account = inodes.readOnly() ? null : inodes.upper().account();
    return Optional.ofNullable(account).map(SpaceAccount::usage);
  }

  /** Whether directories may show what is beneath under another name, as those of the image that were renamed. */
  public boolean mayHaveRenamedDirectories() {
    return inodes.mayHaveRedirects();
  }

  @Override
  public void sync() throws PosixException {
    changes.checkOpen();
    inodes.sync();
  }

  @Override
  public void watch(Watcher watcher) {
    events.add(watcher);
  }

  @Override
  public void unwatch(Watcher watcher) {
    events.remove(watcher);
  }

  @Override
  public void close() throws PosixException {
    changes.close(() -> {
      open.closeAll();
      if (!inodes.readOnly()) {
        inodes.upper().close();
      }
      return true;
    });
  }

  private UnionNode own(Node node) throws PosixException {
    changes.checkOpen();
    if (node instanceof UnionNode own && own.inodes == inodes) {
      return own;
    }
    throw new IllegalArgumentException("a node of another view: " + node);
  }

  private UnionNode directory(Node node) throws PosixException {
    UnionNode directory = own(node);
    if (directory.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, directory.toString());
    }
    return directory;
  }

  private UnionNode directory(Node node, Name name) throws PosixException {
    UnionNode directory = directory(node);
    Arguments.checkName(name);
    return directory;
  }

  private interface Step {
    void take() throws PosixException;
  }

  /** Changes an inode that is copied up with its content. */
  private void modify(UnionNode node, Step step) throws PosixException {
    changes.withContent(
        node,
        () -> changes.ofNode(node, () -> {
          step.take();
          events.noteModified(node);
          return true;
        }));
  }
}
