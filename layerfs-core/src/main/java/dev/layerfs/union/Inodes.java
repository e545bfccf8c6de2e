package dev.layerfs.union;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Which inode a name is: the merge of the image and the upper. What the upper holds is read once for each directory, when
 * it is first needed; from then on memory knows. A directory that is not in the upper is the image's, and looking at it
 * takes neither a lock nor a system call.
 *
 * <p>Inode numbers are the image's, also after copy-up; those born in the upper have {@link #UPPER_TAG} set.
 */
final class Inodes {
  /** Keeps the numbers of the upper's own inodes apart from the image's, which are far smaller. */
  static final long UPPER_TAG = 1L << 62;

  final Lower lower;
  final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private final @Nullable Upper upper;
  private final UnionNode root;
  private final Map<Long, UpperInode> byNid = new ConcurrentHashMap<>();
  private final Map<Long, UpperInode> hardLinks = new ConcurrentHashMap<>();
  private final Set<Long> removed = ConcurrentHashMap.newKeySet();
  private final Set<UpperInode> touched = ConcurrentHashMap.newKeySet();

  Inodes(Lower lower, @Nullable Upper upper) throws PosixException {
    this.lower = lower;
    this.upper = upper;
    this.root = upper == null ? imageRoot() : upperRoot(upper);
  }

  private UnionNode imageRoot() {
    return UnionNode.ofImage(this, FileType.DIRECTORY, lower.root(), null, null);
  }

  private UnionNode upperRoot(Upper layer) throws PosixException {
    Path place = layer.root();
    long inode = lower.stat(lower.root()).inode();
    UpperDirectory directory =
        new UpperDirectory(inode, layer.host().stat(place).inode(), lower.root());
    directory.fixed = place;
    directory.attach(UnionNode.ofUpper(this, lower.root(), directory));
    return directory.node();
  }

  UnionNode root() {
    return root;
  }

  boolean readOnly() {
    return upper == null;
  }

  Upper upper() {
    if (upper == null) {
      throw new IllegalStateException("a read-only view has no upper");
    }
    return upper;
  }

  @Nullable
  UpperInode copiedUp(long nid) {
    return byNid.isEmpty() ? null : byNid.get(nid);
  }

  /** Whether the last name of an inode of the image, which was not copied up, is gone. */
  boolean isRemoved(UnionNode node) {
    return !removed.isEmpty() && removed.contains(node.nid);
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
    UpperInode found = directory.upper();
    if (found == null) {
      return isRemoved(directory) ? null : lookupLower(directory, directory.nid, name);
    }
    lock.readLock().lock();
    try {
      UpperDirectory inUpper = (UpperDirectory) found;
      UpperInode entry = children(inUpper).get(name);
      if (entry != null) {
        return entry == UpperInode.WHITEOUT ? null : entry.node();
      }
      return inUpper.lower == Lower.NONE ? null : lookupLower(directory, inUpper.lower, name);
    } finally {
      lock.readLock().unlock();
    }
  }

  private @Nullable UnionNode lookupLower(UnionNode directory, long nid, Name name)
      throws PosixException {
    ImageEntry found = lower.entry(nid, name);
    FileType type = found.type();
    return type == null
        ? null
        : UnionNode.ofImage(this, type, found.nid(), directory, found.name());
  }

  /** Whether the image has a name that would show if the upper had nothing there. */
  boolean lowerHas(UpperDirectory directory, Name name) throws PosixException {
    return directory.lower != Lower.NONE && lower.lookup(directory.lower, name) != Lower.NONE;
  }

  List<DirectoryEntry> list(UnionNode directory) throws PosixException {
    UpperInode found = directory.upper();
    if (found == null) {
      return isRemoved(directory) ? List.of() : lower.list(directory.nid);
    }
    lock.readLock().lock();
    try {
      UpperDirectory inUpper = (UpperDirectory) found;
      return merge(inUpper, children(inUpper));
    } finally {
      lock.readLock().unlock();
    }
  }

  private List<DirectoryEntry> merge(UpperDirectory directory, Map<Name, UpperInode> children)
      throws PosixException {
    List<DirectoryEntry> below =
        directory.lower == Lower.NONE ? List.of() : lower.list(directory.lower);
    if (children.isEmpty()) {
      return below;
    }
    TreeMap<Name, DirectoryEntry> merged = new TreeMap<>();
    for (DirectoryEntry entry : below) {
      merged.put(entry.name(), entry);
    }
    children.forEach((name, inode) -> {
      if (inode == UpperInode.WHITEOUT) {
        merged.remove(name);
      } else {
        merged.put(name, new DirectoryEntry(name, inode.type, inode.inode));
      }
    });
    return new ArrayList<>(merged.values());
  }

  /** Returns what the upper holds in a directory. The caller holds the view's lock, at least for reading. */
  Map<Name, UpperInode> children(UpperDirectory directory) throws PosixException {
    Map<Name, UpperInode> known = directory.children;
    return known != null ? known : load(directory);
  }

  private Map<Name, UpperInode> load(UpperDirectory directory) throws PosixException {
    synchronized (directory) {
      Map<Name, UpperInode> known = directory.children;
      if (known != null) {
        return known;
      }
      Map<Name, UpperInode> children = new HashMap<>();
      Path place = path(directory);
      for (Name name : upper().host().list(place)) {
        children.put(name, read(directory, name, upper().host().resolve(place, name)));
      }
      int subdirectories = 0;
      for (DirectoryEntry entry : merge(directory, children)) {
        subdirectories += entry.type() == FileType.DIRECTORY ? 1 : 0;
      }
      directory.links = 2 + subdirectories;
      directory.children = children;
      return children;
    }
  }

  private UpperInode read(UpperDirectory directory, Name name, Path place) throws PosixException {
    Stat stat = upper().host().stat(place);
    if (isWhiteout(stat)) {
      return UpperInode.WHITEOUT;
    }
    boolean linked = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
    // also one with a single name: it may have had another until now
    UpperInode known = hardLinks.isEmpty() ? null : hardLinks.get(stat.inode());
    if (known == null) {
      Marks.Meaning marks = upper().marks().read(place);
      if (marks.whiteout() && stat.type() == FileType.REGULAR && stat.size() == 0) {
        return UpperInode.WHITEOUT;
      }
      known = adopt(directory, name, stat, marks);
      UpperInode first = linked ? hardLinks.putIfAbsent(stat.inode(), known) : null;
      known = first == null ? known : first;
    }
    known.places.addIfAbsent(new UpperInode.Place(directory, name));
    return known;
  }

  private static boolean isWhiteout(Stat stat) {
    return stat.type() == FileType.CHARACTER_DEVICE
        && stat.rdevMajor() == 0
        && stat.rdevMinor() == 0;
  }

  private UpperInode adopt(UpperDirectory directory, Name name, Stat stat, Marks.Meaning marks)
      throws PosixException {
    Long recorded = marks.inode() != null ? marks.inode() : upper().origins().of(stat);
    long number = recorded != null ? recorded : UPPER_TAG | stat.inode();
    if (stat.type() != FileType.DIRECTORY) {
      return born(stat.type(), number, stat.inode(), Lower.NONE);
    }
    long merged = marks.opaque() ? Lower.NONE : lowerDirectory(directory, name);
    if (merged != Lower.NONE && recorded == null) {
      number = lower.stat(merged).inode();
    }
    return born(FileType.DIRECTORY, number, stat.inode(), merged);
  }

  /** Makes an inode of the upper, with its node. */
  UpperInode born(FileType type, long inode, long hostInode, long nid) {
    UpperInode made = type == FileType.DIRECTORY
        ? new UpperDirectory(inode, hostInode, nid)
        : new UpperInode(type, inode, hostInode);
    made.attach(UnionNode.ofUpper(this, nid, made));
    return made;
  }

  private long lowerDirectory(UpperDirectory directory, Name name) throws PosixException {
    if (directory.lower == Lower.NONE) {
      return Lower.NONE;
    }
    long nid = lower.lookup(directory.lower, name);
    return nid != Lower.NONE && lower.type(nid) == FileType.DIRECTORY ? nid : Lower.NONE;
  }

  /** Returns where an inode is on the host. The caller holds the view's lock, at least for reading. */
  Path path(UpperInode inode) throws PosixException {
    Path fixed = inode.fixed;
    if (fixed != null) {
      return fixed;
    }
    return inode instanceof UpperDirectory directory ? located(directory).path : path(place(inode));
  }

  Path path(UpperInode.Place place) throws PosixException {
    return upper().host().resolve(located(place.directory()).path, place.name());
  }

  /** Goes up to the root and down again, as trees may be deeper than a thread's stack. */
  private UpperDirectory.Located located(UpperDirectory directory) throws PosixException {
    Deque<UpperDirectory> above = new ArrayDeque<>();
    UpperDirectory top = directory;
    while (top.fixed == null) {
      above.push(top);
      top = place(top).directory();
    }
    UpperDirectory.Located found = top.locatedRoot();
    for (UpperDirectory next : above) {
      found = next.located(found, place(next).name(), upper().host());
    }
    return found;
  }

  private UpperInode.Place place(UpperInode inode) throws PosixException {
    if (inode.last != null) {
      throw new PosixException(Errno.ESTALE, inode.type + " that was removed");
    }
    if (inode.places.isEmpty()) {
      loadAll((UpperDirectory) requireUpper(root));
    }
    if (inode.places.isEmpty()) {
      throw new PosixException(Errno.ESTALE, inode.type + " that the upper has lost");
    }
    return inode.places.get(0);
  }

  /** Finds all names of hard links: the directory of the only name that was known has lost it. */
  private void loadAll(UpperDirectory top) throws PosixException {
    Deque<UpperDirectory> left = new ArrayDeque<>(List.of(top));
    while (!left.isEmpty()) {
      for (UpperInode child : children(left.pop()).values()) {
        if (child instanceof UpperDirectory subdirectory) {
          left.push(subdirectory);
        }
      }
    }
  }

  private static UpperInode requireUpper(UnionNode node) {
    return java.util.Objects.requireNonNull(node.upper());
  }

  /** Notes a new name of an inode in the upper. The caller holds the write lock, as for all that follows. */
  void add(UpperDirectory directory, Name name, UpperInode inode) throws PosixException {
    children(directory).put(name, inode);
    inode.places.add(new UpperInode.Place(directory, name));
    touch(directory);
    touch(inode);
    if (inode.places.size() > 1) {
      hardLinks.put(inode.hostInode, inode);
    }
  }

  /** Notes that a name is gone from the upper, and whether a whiteout has taken its place. */
  void remove(UpperDirectory directory, Name name, boolean whiteout) throws PosixException {
    touch(directory);
    Map<Name, UpperInode> children = children(directory);
    UpperInode old = whiteout ? children.put(name, UpperInode.WHITEOUT) : children.remove(name);
    if (old != null) {
      old.places.remove(new UpperInode.Place(directory, name));
    }
  }

  /** Notes that an inode of the image lives in the upper now. */
  void addCopy(long nid, UpperInode inode) {
    byNid.put(nid, inode);
  }

  /** Notes that an inode of the upper is no more. */
  void forget(UpperInode inode, Stat last) {
    inode.last = last;
    inode.fixed = null;
    hardLinks.remove(inode.hostInode);
  }

  /** Notes that an inode of the upper is about to change. */
  void touch(UpperInode inode) {
    if (inode.type == FileType.REGULAR || inode.type == FileType.DIRECTORY) {
      touched.add(inode);
    }
  }

  /**
   * Notes that an inode of the upper has changed. A host that can't keep an attribute of a link or a special file may have
   * replaced it by something else that represents it; the inode's number stays.
   */
  void changed(UpperInode inode, Path place) throws PosixException {
    if (inode.type == FileType.REGULAR || inode.type == FileType.DIRECTORY) {
      return;
    }
    long hostInode = upper().host().stat(place).inode();
    if (hostInode != inode.hostInode) {
      upper().marks().setInode(place, inode.inode);
      hardLinks.remove(inode.hostInode);
      inode.hostInode = hostInode;
    }
  }

  /** Makes durable what has changed since this was done last. */
  void sync() throws PosixException {
    lock.readLock().lock();
    try {
      for (UpperInode inode : touched) {
        if (inode.last == null) {
          upper().host().sync(path(inode));
        }
        touched.remove(inode);
      }
    } finally {
      lock.readLock().unlock();
    }
  }
}
