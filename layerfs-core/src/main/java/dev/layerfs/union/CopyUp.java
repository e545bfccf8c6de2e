package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copy-up: inodes beneath become inodes of the upper, with content, attributes and all their names. In the order of fs/overlayfs/copy_up.c as far as a process may do it: parents first; in {@code
 * work/}, data, owner, mode, attributes (capabilities last), times; then the names; then the parents' times as they were.
 */
final class CopyUp {
  private static final Name CAPABILITY = Name.of("security.capability");

  private final Inodes inodes;
  private final Events events;
  private final Turns turns = new Turns();
  private final Map<Long, Staged> ready = new ConcurrentHashMap<>();

  CopyUp(Inodes inodes, Events events) {
    this.inodes = inodes;
    this.events = events;
  }

  /** Returns the directory's inode in the upper, copied up if need be with all above it, but nothing in it. */
  UpperDirectory directory(UnionNode node) throws PosixException {
    Deque<Inodes.Where> missing = new ArrayDeque<>(); // trees may be deeper than a thread's stack
    Deque<UnionNode> nodes = new ArrayDeque<>();
    UnionNode top = node;
    while (top.upper() == null && !top.equals(inodes.root())) {
      Inodes.Where where = where(top);
      missing.push(where);
      nodes.push(top);
      top = where.directory();
    }
    UpperDirectory found = (UpperDirectory) top.upper();
    if (found == null) {
      found = inodes.makeRoot();
    }
    inodes.children(found);
    for (UnionNode next : nodes) {
      UpperInode.Place place = new UpperInode.Place(found, missing.pop().name());
      found = (UpperDirectory) copy(next, List.of(place), true);
    }
    return found;
  }

  private Inodes.Where where(UnionNode node) throws PosixException {
    Inodes.Where where = inodes.where(node);
    if (where == null || inodes.isRemoved(node)) {
      throw new PosixException(Errno.ESTALE, node.toString());
    }
    return where;
  }

  private UpperInode.Place lowerPlace(UnionNode node) throws PosixException {
    Inodes.Where where = where(node);
    return new UpperInode.Place(directory(where.directory()), where.name());
  }

  /**
   * Returns the inode of anything in the upper, copied up if need be.
   *
   * @param content whether a regular file's content is copied, too
   */
  UpperInode inode(UnionNode node, boolean content) throws PosixException {
    UpperInode upper = node.upper();
    if (upper != null) {
      return upper;
    }
    if (node.type() == FileType.DIRECTORY) {
      return directory(node);
    }
    if (inodes.isRemoved(node)) {
      return copyRemoved(node, content);
    }
    return copy(node, hasLinks(node) ? lowerPlaces(node) : List.of(lowerPlace(node)), content);
  }

  /** Whether an inode beneath the upper has several names, which are all copied up together. */
  boolean hasLinks(UnionNode node) throws PosixException {
    return node.type() != FileType.DIRECTORY && inodes.lower().stat(node.nid).links() > 1;
  }

  /** Returns all names that an inode has in the view; the one it was found by is among them. */
  private List<UpperInode.Place> lowerPlaces(UnionNode node) throws PosixException {
    List<UpperInode.Place> places = new ArrayList<>();
    places.add(lowerPlace(node));
    for (List<Name> path : inodes.top().links(node.nid)) {
      UnionNode parent = inodes.root();
      UnionNode found = parent;
      for (Name name : path) {
        parent = found;
        found = parent == null || parent.type() != FileType.DIRECTORY
            ? null
            : inodes.lookup(parent, name);
      }
      if (parent != null && node.equals(found)) {
        Name name = path.get(path.size() - 1);
        UpperInode.Place place = new UpperInode.Place(directory(parent), name);
        if (!places.contains(place)) {
          places.add(place);
        }
      }
    }
    return places;
  }

  /**
   * Copies a regular file to {@code work/} before the view's lock is taken, so that a long copy keeps nobody waiting but
   * those who want the same file. Whoever copies the inode up next, under the lock, takes what is ready.
   */
  Ahead ahead(UnionNode node) {
    return new Ahead(node);
  }

  /** A copy that is made ahead. Open from before the copy until after the change that needs it. */
  final class Ahead implements AutoCloseable {
    private final UnionNode node;
    private final ReentrantLock turn;

    private Ahead(UnionNode node) {
      this.node = node;
      this.turn = turns.of(node.nid);
      turn.lock();
    }

    void copy() throws PosixException {
      if (node.upper() == null) {
        ready.put(node.nid, stage(node, true));
      }
    }

    @Override
    public void close() {
      Staged unused = ready.remove(node.nid);
      if (unused != null) {
        work().discard(unused.place());
      }
      turn.unlock();
    }
  }

  /**
   * A copy that has no name yet.
   *
   * @param place where it is
   * @param made its attributes
   */
  private record Staged(Path place, Stat made) {}

  private Staged staged(UnionNode node, boolean content) throws PosixException {
    Staged copied = ready.remove(node.nid);
    return copied != null ? copied : stage(node, content);
  }

  private UpperInode copy(UnionNode node, List<UpperInode.Place> places, boolean content)
      throws PosixException {
    Staged staged = staged(node, content);
    Stat made = staged.made();
    @Nullable SparseContent sparse;
    try {
      sparse = sparse(made, staged.place());
      install(staged.place(), places);
    } catch (PosixException e) {
      work().discard(staged.place());
      throw e;
    }
    UpperInode inode = copied(node, made);
    inode.sparse = sparse;
    inode.places.addAll(places);
    inodes.top().add(inode);
    for (UpperInode.Place place : places) {
      inodes.add(place.directory(), place.name(), inode);
    }
    events.noteCopiedUp(inode, node.type() == FileType.REGULAR && content ? made.size() : 0);
    return inode;
  }

  private UpperInode copyRemoved(UnionNode node, boolean content) throws PosixException {
    Staged staged = staged(node, content);
    UpperInode inode = copied(node, staged.made());
    inode.sparse = sparse(staged.made(), staged.place());
    inode.fixed = staged.place();
    inodes.top().add(inode);
    return inode;
  }

  /** Returns what a copy was made without, null if it is whole. */
  private @Nullable SparseContent sparse(Stat made, Path staged) throws PosixException {
    if (made.type() != FileType.REGULAR || made.size() < SparseFiles.MIN_SIZE) {
      return null;
    }
    SparseMark mark = inodes.upper().marks().sparse(staged);
    return mark == null
        ? null
        : inodes.upper().sparse().content(mark, inodes.lower(), made, staged);
  }

  private UpperInode copied(UnionNode node, Stat made) throws PosixException {
    long number = inodes.lower().stat(node.nid).inode();
    UpperInode inode = inodes.top().copyOf(node.nid, node.type(), number, made.inode());
    inode.unprivileged = !SetIdBits.has(made.mode()) && !hasCapability(node);
    if (inode instanceof UpperDirectory directory) {
      directory.startEmpty(UpperReader.links(inodes.lower().list(node.nid)));
    }
    return inode;
  }

  private boolean hasCapability(UnionNode node) throws PosixException {
    return node.type() == FileType.REGULAR && inodes.lower().xattr(node.nid, CAPABILITY) != null;
  }

  /** Gives a finished object its names: all but one by hard links, the last by a rename. */
  private void install(Path staged, List<UpperInode.Place> places) throws PosixException {
    List<Path> done = new ArrayList<>();
    try {
      for (int i = places.size() - 1; i >= 0; i--) {
        Path parent = inodes.path(places.get(i).directory());
        Path target = host().resolve(parent, places.get(i).name());
        Stat before = host().stat(parent);
        if (i > 0) {
          host().link(staged, target);
        } else {
          host().rename(staged, target);
        }
        done.add(target);
        setTimes(parent, before);
      }
    } catch (PosixException e) {
      for (Path target : done) {
        work().discard(target);
      }
      throw e;
    }
  }

  private void setTimes(Path place, Stat stat) throws PosixException {
    host().setTimes(place, atime(stat), mtime(stat));
  }

  private static Timespec atime(Stat stat) {
    return new Timespec(stat.atimeSeconds(), stat.atimeNanos());
  }

  private static Timespec mtime(Stat stat) {
    return new Timespec(stat.mtimeSeconds(), stat.mtimeNanos());
  }

  private Staged stage(UnionNode node, boolean content) throws PosixException {
    Stat stat = inodes.lower().stat(node.nid);
    Path staged = work().fresh();
    try {
      CreatedFile file = content && isPlain(stat) ? host().createOpen(staged, stat.mode()) : null;
      if (file != null) {
        fill(file, node, stat, staged);
        return new Staged(staged, Attributes.ofCopy(stat, file.inode()));
      }
      make(node, content, stat, staged);
      return new Staged(staged, host().stat(staged));
    } catch (PosixException e) {
      work().discard(staged);
      throw e;
    }
  }

  /** Whether an object is a small file of root's, which may be made and filled without being looked for once more. */
  private static boolean isPlain(Stat stat) {
    return stat.type() == FileType.REGULAR && isMadeSo(stat) && stat.size() < ContentCopy.LARGE;
  }

  private void fill(CreatedFile file, UnionNode node, Stat stat, Path staged)
      throws PosixException {
    try (FileChannel content = file.content()) {
      reserve(staged, stat.size());
      ContentCopy.copy(inodes.lower(), node.nid, stat.size(), content);
      copyXattrs(node.nid, staged, true);
      inodes.upper().marks().setInode(file, stat.inode());
      file.setTimes(atime(stat), mtime(stat));
    } catch (IOException e) {
      throw HostErrors.of(e, staged);
    }
  }

  private void make(UnionNode node, boolean content, Stat stat, Path staged) throws PosixException {
    if (node.type() == FileType.SYMLINK) {
      host().symlink(staged, inodes.lower().readLink(node.nid));
    } else {
      host().create(staged, node.type(), stat.mode(), stat.rdevMajor(), stat.rdevMinor());
    }
    if (node.type() == FileType.REGULAR && content) {
      reserve(staged, stat.size());
      if (!inodes.upper().sparse().begin(inodes.lower(), node.nid, stat, staged)) {
        new ContentCopy(host()).copy(inodes.lower(), node.nid, stat.size(), staged);
      }
    }
    if (!isMadeSo(stat)) {
      host().setOwnerAndMode(staged, stat.uid(), stat.gid(), stat.mode());
    }
    copyXattrs(node.nid, staged, content);
    mark(node, stat, staged);
    setTimes(staged, stat);
  }

  /** Whether a new object has its owner and mode already: it belongs to root, and no write has taken a set-id bit from it. */
  static boolean isMadeSo(Stat stat) {
    return stat.uid() == 0 && stat.gid() == 0 && !SetIdBits.has(stat.mode());
  }

  /** What would not fit is not begun. */
  private void reserve(Path staged, long size) throws PosixException {
    SpaceAccount account = inodes.upper().account();
    if (account != null && size > 0) {
      account.of(host().stat(staged)).reserve(size);
    }
  }

  private void mark(UnionNode node, Stat stat, Path staged) throws PosixException {
    if (Origins.areKept(node.type())) {
      inodes.upper().origins().add(host().stat(staged).inode(), stat.inode());
      return;
    }
    inodes.upper().marks().setInode(staged, stat.inode());
    if (node.type() == FileType.DIRECTORY) {
      inodes.upper().marks().setOrigin(staged);
    }
  }

  /** A file that is copied up to be truncated has lost its capabilities already. */
  private void copyXattrs(long nid, Path staged, boolean capability) throws PosixException {
    for (Name name : inodes.lower().xattrs(nid)) {
      if (!name.equals(CAPABILITY)) {
        copyXattr(nid, staged, name);
      }
    }
    if (capability) {
      copyXattr(nid, staged, CAPABILITY);
    }
  }

  private void copyXattr(long nid, Path staged, Name name) throws PosixException {
    byte[] value = inodes.lower().xattr(nid, name);
    Name shown = inodes.upper().markNames().unescape(name);
    if (value != null && shown != null) {
      host().setXattr(staged, name, value);
    }
  }

  /**
   * Makes a directory independent of what is beneath, so that it can be renamed: all that shows through is copied up where
   * it is, then the directories are made opaque, the innermost first. At no point does the view show anything else, whatever
   * fails.
   */
  UpperDirectory tree(UnionNode node) throws PosixException {
    UpperDirectory top = directory(node);
    Deque<UpperDirectory> merged = new ArrayDeque<>();
    Deque<UnionNode> left = new ArrayDeque<>(List.of(node));
    while (!left.isEmpty()) {
      UnionNode next = left.pop();
      UpperDirectory directory = directory(next);
      if (directory.lower == Lower.NONE) {
        continue;
      }
      merged.push(directory);
      for (DirectoryEntry entry : inodes.list(next)) {
        UnionNode child = inodes.lookup(next, entry.name());
        if (child != null && child.type() == FileType.DIRECTORY) {
          left.push(child);
        } else if (child != null) {
          inode(child, true);
        }
      }
    }
    for (UpperDirectory directory : merged) {
      makeOpaque(directory);
    }
    return top;
  }

  private void makeOpaque(UpperDirectory directory) throws PosixException {
    Path place = inodes.path(directory);
    Stat before = host().stat(place);
    inodes.upper().marks().setOpaque(place);
    directory.lower = Lower.NONE;
    removeWhiteouts(directory, place);
    setTimes(place, before);
    inodes.touch(directory);
  }

  private void removeWhiteouts(UpperDirectory directory, Path place) throws PosixException {
    Map<Name, UpperInode> children = inodes.children(directory);
    for (Map.Entry<Name, UpperInode> child : List.copyOf(children.entrySet())) {
      if (child.getValue() == UpperInode.WHITEOUT) {
        host().delete(host().resolve(place, child.getKey()));
        children.remove(child.getKey());
      }
    }
  }

  private HostFiles host() {
    return inodes.upper().host();
  }

  private Work work() {
    return inodes.upper().work();
  }
}
