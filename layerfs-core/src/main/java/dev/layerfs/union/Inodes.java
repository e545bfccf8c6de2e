package dev.layerfs.union;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which inode a name is: the merge of the upper and what is beneath it. A directory that is not in the upper is that of
 * what is beneath; looking at one of the image takes neither a lock nor a system call.
 *
 * <p>Inode numbers are the image's, also after copy-up; those born in an upper have {@link UpperTree#NUMBER_TAG} set.
 */
final class Inodes {
  /** Who may look at and change what; what is only in the image is looked at without. */
  final Locks locks = new Locks();

  private final UnionNode root;
  private final Set<Long> removed = ConcurrentHashMap.newKeySet();
  private final Unsynced unsynced;
  private final DirectoryNodes directories = new DirectoryNodes(this);
  private volatile Lower lower;
  private volatile @Nullable UpperTree tree;

  /** Begins with an image alone, or with a tree over it. */
  Inodes(Lower image, @Nullable UpperTree tree) {
    this.lower = tree == null ? image : tree.lower();
    this.tree = tree;
    List<Upper> written = tree != null && tree.isRooted() ? List.of(tree.upper()) : List.of();
    this.unsynced = new Unsynced(this::sync, written);
    this.root = UnionNode.ofLower(this, FileType.DIRECTORY, image.root(), null, null);
  }

  UnionNode root() {
    return root;
  }

  boolean readOnly() {
    return tree == null;
  }

  /** Returns the root in the upper, which is made if it is missing. The caller has everything. */
  UpperDirectory makeRoot() throws PosixException {
    UpperDirectory made = top().makeRoot();
    touch(made);
    return made;
  }

  /** Returns what is beneath the upper. */
  Lower lower() {
    return lower;
  }

  /** Returns the inodes of the upper, or null if there is none. */
  @Nullable
  UpperTree tree() {
    return tree;
  }

  boolean mayHaveRedirects() {
    UpperTree top = tree;
    return top == null ? lower.mayHaveRedirects() : top.mayHaveRedirects();
  }

  /** Returns the inodes of the upper; the caller knows that there is one. */
  UpperTree top() {
    UpperTree top = tree;
    if (top == null) {
      throw new IllegalStateException("a read-only view has no upper");
    }
    return top;
  }

  Upper upper() {
    return top().upper();
  }

  /**
   * Puts an upper on top. Files that are open and have no name any more are no part of what is beneath, and go with it.
   *
   * @param open the nodes that are open
   */
  void cover(UpperStack.Covered covered, Collection<UnionNode> open) throws PosixException {
    UpperTree old = top();
    Upper before = old.upper();
    old.becomeLower(
        covered.beneath(), removed); // first: where it was on the host is the new upper by now
    UpperTree now = new UpperTree(old, covered.upper(), old.nids());
    List<Stat> kept = new ArrayList<>();
    for (UnionNode node : open) {
      UpperInode inode = node.upper();
      if (inode != null && inode.unlinked()) {
        now.adopt(inode);
        kept.add(now.host().stat(now.path(inode)));
      }
    }
    SpaceAccount account = covered.upper().account();
    if (account != null) {
      account.keepOnly(kept);
    }
    unsynced.cover(before, covered.beneath());
    lower = old;
    tree = now;
  }

  /** Throws away the upper and all but the lowest of the uppers beneath it. */
  void rollBack(int kept, Upper fresh) throws PosixException {
    List<UpperTree> beneath = new ArrayList<>(); // the topmost first
    for (Lower l = lower; l instanceof UpperTree below; l = below.lower()) {
      beneath.add(below);
    }
    int dropped = beneath.size() - kept;
    Lower left = lower;
    for (UpperTree below : beneath.subList(0, dropped)) {
      left = below.lower();
    }
    UpperTree now = new UpperTree(left, fresh, top().nids());
    removed.clear();
    if (left instanceof UpperTree below) {
      removed.addAll(below.removedBeneath());
    }
    unsynced.forget(
        beneath.subList(dropped, beneath.size()).stream().map(UpperTree::upper).toList());
    lower = left;
    tree = now;
  }

  /** Whether the last name of an inode that was not copied up is gone. */
  boolean isRemoved(UnionNode node) {
    return (!removed.isEmpty() && removed.contains(node.nid)) || lower.isGone(node.nid);
  }

  /** Whether a node has no name any more. */
  boolean isGone(UnionNode node) {
    UpperInode found = node.upper();
    return found == null ? isRemoved(node) : found.last != null || found.unlinked();
  }

  void markRemoved(UnionNode node) {
    removed.add(node.nid);
  }

  @Nullable
  UnionNode lookup(UnionNode directory, Name name) throws PosixException {
    if (directory.upper() == null) {
      return isRemoved(directory) ? null : lookupLower(directory, directory.nid, name);
    }
    try (Locks.Held shared = locks.shared()) {
      UpperDirectory here = (UpperDirectory) directory.upper();
      if (here == null) { // it is beneath the upper by now
        return lookupLower(directory, directory.nid, name);
      }
      UpperInode entry;
      try (Locks.Held names = here.names.shared()) {
        entry = top().child(here, name);
      }
      if (entry != null) {
        return entry == UpperInode.WHITEOUT ? null : entry.node(this);
      }
      return here.lower == Lower.NONE ? null : lookupLower(directory, here.lower, name);
    }
  }

  /** Returns what a name is beneath the upper, or that it is nothing; null if the upper has a part in it. */
  @Nullable
  ImageEntry untouched(UnionNode directory, Name name) throws PosixException {
    if (directory.upper() != null || isRemoved(directory)) {
      return null;
    }
    ImageEntry found = lower.entry(directory.nid, name);
    UpperTree top = tree;
    return top == null || found.type() == null || top.find(found.nid()) == null ? found : null;
  }

  private @Nullable UnionNode lookupLower(UnionNode directory, long nid, Name name)
      throws PosixException {
    ImageEntry found = lower.entry(nid, name);
    FileType type = found.type();
    if (type == null) {
      return null;
    }
    return type == FileType.DIRECTORY
        ? directories.get(directory, found)
        : UnionNode.ofLower(this, type, found.nid(), directory, found.name());
  }

  /** Whether there is a name beneath the upper that would show if the upper had nothing there. */
  boolean lowerHas(UpperDirectory directory, Name name) throws PosixException {
    return top().lowerHas(directory, name);
  }

  List<DirectoryEntry> list(UnionNode directory) throws PosixException {
    if (directory.upper() == null) {
      return isRemoved(directory) ? List.of() : lower.list(directory.nid);
    }
    try (Locks.Held shared = locks.shared()) {
      UpperDirectory here = (UpperDirectory) directory.upper();
      if (here == null) {
        return lower.list(directory.nid);
      }
      try (Locks.Held names = here.names.shared()) {
        return top().list(here);
      }
    }
  }

  /**
   * Returns the names that uppers have in a directory, whiteouts among them; null unless it is this directory of the image that
   * shows through.
   */
  @Nullable
  Set<Name> changedNames(UnionNode directory, long ofImage) throws PosixException {
    try (Locks.Held shared = locks.shared()) {
      Set<Name> names = new HashSet<>();
      long shown = directory.nid;
      for (Lower l = tree; l instanceof UpperTree upper; l = upper.lower()) {
        if (upper.find(shown) instanceof UpperDirectory here) {
          names.addAll(upper.children(here).keySet());
          shown = here.lower;
        }
      }
      return shown == ofImage ? names : null;
    }
  }

  /** What is done with an inode of the upper, at the place where it is on the host. */
  interface AtPlace<T extends @Nullable Object> {
    T run(UpperInode inode, Path place) throws PosixException;
  }

  /** What is done with an inode that is beneath the upper. */
  interface Beneath<T extends @Nullable Object> {
    T run(Lower lower) throws PosixException;
  }

  /**
   * Looks at an inode where it is; nobody removes or renames it meanwhile.
   *
   * @throws PosixException {@link dev.layerfs.posix.Errno#ESTALE} if the inode is no more
   */
  <T extends @Nullable Object> T look(UnionNode node, Beneath<T> beneath, AtPlace<T> inUpper)
      throws PosixException {
    if (node.upper() == null) {
      return beneath.run(lower);
    }
    try (Locks.Held shared = locks.shared()) {
      while (true) {
        UpperInode inode = node.upper();
        if (inode == null) {
          return beneath.run(lower);
        }
        UpperDirectory holder = holder(inode);
        if (holder == null) {
          return inUpper.run(inode, path(inode));
        }
        try (Locks.Held names = holder.names.shared()) {
          if (holder == holder(inode)) {
            return inUpper.run(inode, path(inode));
          }
        }
      }
    }
  }

  /** Returns the directory in which an inode is to be found, or null if it has no name (any more). */
  @Nullable
  UpperDirectory holder(UpperInode inode) throws PosixException {
    return inode.fixed != null || inode.last != null ? null : top().place(inode).directory();
  }

  /**
   * A name of a node.
   *
   * @param directory where
   * @param name by which name
   */
  record Where(UnionNode directory, Name name) {}

  /** Returns a name of an inode that is beneath the upper; null for the root. */
  @Nullable
  Where where(UnionNode node) throws PosixException {
    Lower.Entry entry = lower.place(node.nid);
    if (entry != null) {
      UnionNode directory =
          UnionNode.ofLower(this, FileType.DIRECTORY, entry.directory(), null, null);
      return new Where(directory, entry.name());
    }
    UnionNode parent = node.parent;
    Name name = node.name;
    return parent == null || name == null ? null : new Where(parent, name);
  }

  /** Returns the directory that a directory is in; null for the root and for one that has no name any more. */
  @Nullable
  UnionNode parent(UnionNode directory) throws PosixException {
    UpperInode upper = directory.upper();
    if (upper != null) {
      return upper.fixed != null || upper.last != null
          ? null
          : top().place(upper).directory().node(this);
    }
    Where where = directory.equals(root) ? null : where(directory);
    return where == null ? null : where.directory();
  }

  /** Returns what the upper holds in a directory. The caller has the directory's names, or everything. */
  Map<Name, UpperInode> children(UpperDirectory directory) throws PosixException {
    return top().children(directory);
  }

  /** Returns where an inode is on the host. The caller holds what keeps it there. */
  Path path(UpperInode inode) throws PosixException {
    return top().path(inode);
  }

  Path path(UpperInode.Place place) throws PosixException {
    return top().path(place);
  }

  /** Notes a new name of an inode in the upper, in place of what had the name. The caller has the directory's names. */
  void add(UpperDirectory directory, Name name, UpperInode inode) throws PosixException {
    inode.places.addIfAbsent(new UpperInode.Place(directory, name));
    forgetPlace(children(directory).put(name, inode), directory, name);
    touch(directory);
    touch(inode);
    if (inode.places.size() > 1) {
      top().addHardLink(inode);
    }
  }

  /** Notes that an inode has another name than before, in place of what had that; a whiteout may be where it was. */
  void move(UpperInode.Place from, UpperInode.Place to, UpperInode inode, boolean whiteout)
      throws PosixException {
    inode.places.add(to); // first: who looks for the inode finds it at one of the two
    if (inode.type == FileType.DIRECTORY) {
      top().movedDirectory();
    }
    forgetPlace(children(to.directory()).put(to.name(), inode), to.directory(), to.name());
    touch(to.directory());
    remove(from.directory(), from.name(), whiteout);
  }

  /** Notes that a name is gone from the upper, and whether a whiteout has taken its place. */
  void remove(UpperDirectory directory, Name name, boolean whiteout) throws PosixException {
    touch(directory);
    Map<Name, UpperInode> children = children(directory);
    UpperInode old = whiteout ? children.put(name, UpperInode.WHITEOUT) : children.remove(name);
    forgetPlace(old, directory, name);
  }

  private static void forgetPlace(@Nullable UpperInode inode, UpperDirectory directory, Name name) {
    if (inode != null) {
      inode.places.remove(new UpperInode.Place(directory, name));
    }
  }

  /** Notes that an inode of the upper is no more. */
  void forget(UpperInode inode, Stat last) {
    inode.last = last;
    inode.fixed = null;
    SparseContent sparse = inode.sparse;
    if (sparse != null) {
      inode.sparse = null;
      dropRecord(sparse);
    }
    top().forget(inode);
  }

  /** One that is left goes when the upper is settled. */
  private static void dropRecord(SparseContent sparse) {
    try {
      sparse.drop();
    } catch (PosixException e) {
      System.getLogger(Inodes.class.getName())
          .log(System.Logger.Level.DEBUG, "a record of a file that is no more", e);
    }
  }

  /** Notes that an inode of the upper has changed and is not durable. */
  void touch(UpperInode inode) {
    unsynced.add(inode);
  }

  /**
   * Notes that an inode of the upper has changed. A host that can't keep an attribute of a link or a special file may have
   * replaced it by something else that represents it; the inode's number stays.
   */
  void changed(UpperInode inode, Path place) throws PosixException {
    touch(inode);
    if (inode.type == FileType.REGULAR || inode.type == FileType.DIRECTORY) {
      return;
    }
    long hostInode = upper().host().stat(place).inode();
    if (hostInode != inode.hostInode) {
      upper().marks().setInode(place, inode.inode);
      top().removeHardLink(inode);
      inode.hostInode = hostInode;
    }
  }

  /**
   * Makes durable what has changed since this was done last. What changes meanwhile is left to the next time.
   *
   * @throws PosixException if that fails, or has failed before for something that is still there
   */
  void sync() throws PosixException {
    if (tree != null) {
      unsynced.sync(upper());
    }
  }

  /** Makes something of the upper durable, unless that has failed before. */
  void force(LostWrites.Force force) throws PosixException {
    unsynced.force(upper(), force);
  }

  private void sync(UpperInode inode) throws PosixException {
    try {
      look(inode.node(this), beneath -> true, (found, place) -> {
        upper().host().sync(place);
        if (found == top().rootDirectory()) {
          upper().syncName();
        }
        SparseContent sparse = found.sparse;
        if (sparse != null) {
          sparse.sync();
        }
        return true;
      });
    } catch (PosixException e) {
      if (inode.last == null) {
        throw e;
      }
    }
  }
}
