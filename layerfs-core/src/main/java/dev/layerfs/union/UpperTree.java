package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.FileMapper;
import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The inodes of an upper, over what is beneath it. What the upper holds is read once for each directory, when it is first
 * needed; from then on memory knows.
 *
 * <p>The topmost tree of a view changes, under the locks of {@link Inodes}. One that has become a {@link Lower} does not.
 */
final class UpperTree implements Lower {
  /** The lowest nid of an inode that is not the image's; those of an image are far smaller. */
  static final long FIRST_NID = 1L << 62;

  /** Keeps the inode numbers of uppers apart from the image's. */
  static final long NUMBER_TAG = 1L << 62;

  private final Lower lower;
  private final Nids nids;
  private final UpperDirectory root; // of the upper only once that is made
  private final LowerPaths lowerPaths;
  private final Map<Long, UpperInode> copies = new ConcurrentHashMap<>(); // nids of what is beneath
  private final Map<Long, UpperInode> born = new ConcurrentHashMap<>();
  private final Map<Long, UpperInode> hardLinks = new ConcurrentHashMap<>(); // by host inode
  private final AtomicLong moves = new AtomicLong();
  private final boolean redirects;
  private volatile boolean rooted;
  private volatile Upper upper;
  private volatile Set<Long> removedBeneath = Set.of();

  UpperTree(Lower lower, Upper upper, Nids nids) throws PosixException {
    this.lower = lower;
    this.upper = upper;
    this.nids = nids;
    long inode = lower.stat(lower.root()).inode();
    root = new UpperDirectory(inode, 0, lower.root(), lower.root());
    root.fixed = upper.root();
    root.tree = this;
    if (upper.isMade()) {
      enterRoot();
    }
    lowerPaths = new LowerPaths(this, lower);
    this.redirects = upper.mayHaveRedirects();
    if (redirects) {
      followRedirects();
    }
  }

  private void enterRoot() throws PosixException {
    root.hostInode = host().stat(upper.root()).inode();
    rooted = true;
  }

  /** Whether the upper is there: else nothing was written yet, and the root is that of what is beneath. */
  boolean isRooted() {
    return rooted;
  }

  /** Returns the root of the upper, which is made if it is missing. The caller has the view for itself. */
  UpperDirectory makeRoot() throws PosixException {
    if (!rooted) {
      upper.make(lower);
      root.startEmpty(UpperReader.links(lower.list(lower.root())));
      enterRoot();
    }
    return root;
  }

  /** What shows at a name beneath may be known only to a directory anywhere else in the upper, so all are looked at. */
  private void followRedirects() throws PosixException {
    loadAll();
    for (UpperInode copy : copies.values()) {
      if (copy instanceof UpperDirectory directory) {
        lowerPaths.requireHidden(directory);
      }
    }
  }

  /** Whether a redirect that is found in the upper is to be followed: all were looked at when it was opened. */
  boolean followsRedirects() {
    return redirects;
  }

  LowerPaths lowerPaths() {
    return lowerPaths;
  }

  /** Returns what is beneath. */
  Lower lower() {
    return lower;
  }

  Upper upper() {
    return upper;
  }

  HostFiles host() {
    return upper.host();
  }

  Nids nids() {
    return nids;
  }

  UpperDirectory rootDirectory() {
    return root;
  }

  /** Returns a tree for each upper, each on the one before; the image if there is none. */
  static Lower stack(ErofsImage image, List<Upper> uppers, Nids nids) throws PosixException {
    Lower top = new ImageLower(image);
    for (Upper upper : uppers) {
      top = new UpperTree(top, upper, nids);
    }
    return top;
  }

  /**
   * Another upper comes on top: this one does not change any more.
   *
   * @param now where the upper is from now on
   * @param removed the nids beneath that have no name any more
   */
  void becomeLower(Upper now, Set<Long> removed) {
    upper = now;
    root.fixed = now.root();
    movedDirectory();
    removedBeneath = Set.copyOf(removed);
  }

  /** Returns the nids beneath that had no name any more when another upper came on top. */
  Set<Long> removedBeneath() {
    return removedBeneath;
  }

  /** Returns an inode of this upper, null for what is untouched beneath it. */
  @Nullable
  UpperInode find(long nid) {
    if (nid == root.nid) {
      return rooted ? root : null;
    }
    UpperInode copy = copies.isEmpty() ? null : copies.get(nid);
    return copy != null || nid < FIRST_NID ? copy : born.get(nid);
  }

  /** Returns what a name is in a directory of this upper, {@link UpperInode#WHITEOUT}, or null if the upper has nothing. */
  @Nullable
  UpperInode child(UpperDirectory directory, Name name) throws PosixException {
    return children(directory).get(name);
  }

  /** Whether there is a name beneath that would show if the upper had nothing there. */
  boolean lowerHas(UpperDirectory directory, Name name) throws PosixException {
    return directory.lower != NONE && lower.lookup(directory.lower, name) != NONE;
  }

  /** Returns what the upper holds in a directory. */
  Map<Name, UpperInode> children(UpperDirectory directory) throws PosixException {
    Map<Name, UpperInode> known = directory.children;
    if (known == null && directory == root && !rooted) {
      return Map.of();
    }
    return known != null ? known : new UpperReader(this, lower).load(directory);
  }

  /** Makes an inode of this upper; {@link #NONE} as its nid stands for a new one. */
  UpperInode born(FileType type, long inode, long hostInode, long nid) {
    UpperInode made = make(type, inode, hostInode, nid == NONE ? nids.next() : nid, nid);
    (nid == NONE ? born : copies).put(made.nid, made);
    return made;
  }

  private UpperInode make(FileType type, long inode, long hostInode, long nid, long beneath) {
    UpperInode made = type == FileType.DIRECTORY
        ? new UpperDirectory(inode, hostInode, nid, beneath)
        : new UpperInode(type, inode, hostInode, nid);
    made.tree = this;
    return made;
  }

  /** Makes an inode of this upper out of one beneath, which nobody finds before it is {@linkplain #add added}. */
  UpperInode copyOf(long nid, FileType type, long inode, long hostInode) {
    return make(type, inode, hostInode, nid, nid);
  }

  /** From now on an inode beneath is this one, which has its places. */
  void add(UpperInode copy) {
    copies.put(copy.nid, copy);
  }

  /** Takes over an inode that has no name any more, but handles, from the tree beneath, which it was not part of any more. */
  void adopt(UpperInode inode) {
    inode.tree = this;
    add(inode);
  }

  /** An inode is no more. Nodes of what was beneath still ask for it; one that was born here has but one node. */
  void forget(UpperInode inode) {
    removeHardLink(inode);
    born.remove(inode.nid);
  }

  /** Returns the inode that another name of a host inode has shown already, or null. */
  @Nullable
  UpperInode hardLink(long hostInode) {
    return hardLinks.isEmpty() ? null : hardLinks.get(hostInode);
  }

  /** Notes that a host inode has several names, and returns the inode that was first. */
  UpperInode addHardLink(UpperInode inode) {
    UpperInode first = hardLinks.putIfAbsent(inode.hostInode, inode);
    return first == null ? inode : first;
  }

  /** Whether all names of an inode, which are not changed meanwhile, are in one directory. */
  boolean isInOneDirectory(UpperInode inode) throws PosixException {
    if (inode.places.size() == 1 && hardLink(inode.hostInode) != inode) {
      return true;
    }
    UpperDirectory first = place(inode).directory();
    for (UpperInode.Place place : inode.places) {
      if (place.directory() != first) {
        return false;
      }
    }
    return inode.places.size() == host().stat(path(inode)).links(); // else some are not known
  }

  void removeHardLink(UpperInode inode) {
    hardLinks.remove(inode.hostInode);
  }

  /** Returns where an inode is on the host. */
  Path path(UpperInode inode) throws PosixException {
    if (inode.last != null) {
      throw new PosixException(Errno.ESTALE, inode.type + " that was removed");
    }
    Path fixed = inode.fixed;
    if (fixed != null) {
      return fixed;
    }
    return inode instanceof UpperDirectory directory ? located(directory) : path(place(inode));
  }

  Path path(UpperInode.Place place) throws PosixException {
    return host().resolve(located(place.directory()), place.name());
  }

  /** Goes up to what is known and down again, as trees may be deeper than a thread's stack. */
  private Path located(UpperDirectory directory) throws PosixException {
    long now = moves.get();
    Path found = known(directory, now);
    if (found != null) {
      return found;
    }
    Deque<UpperDirectory> unknown = new ArrayDeque<>();
    UpperDirectory known = directory;
    while (found == null) {
      unknown.push(known);
      known = place(known).directory();
      found = known(known, now);
    }
    for (UpperDirectory next : unknown) {
      found = host().resolve(found, place(next).name());
      next.locate(found, now);
    }
    return found;
  }

  private static @Nullable Path known(UpperDirectory directory, long now) {
    Path fixed = directory.fixed;
    return fixed != null ? fixed : directory.located(now);
  }

  /** A directory has another place now, and all that is in it. */
  void movedDirectory() {
    moves.incrementAndGet();
  }

  UpperInode.Place place(UpperInode inode) throws PosixException {
    if (inode.last != null) {
      throw new PosixException(Errno.ESTALE, inode.type + " that was removed");
    }
    UpperInode.Place known = firstPlace(inode);
    if (known == null) {
      loadAll();
      known = firstPlace(inode);
    }
    if (known == null) {
      throw new PosixException(Errno.ESTALE, inode.type + " that the upper has lost");
    }
    return known;
  }

  private static UpperInode.@Nullable Place firstPlace(UpperInode inode) {
    for (UpperInode.Place place : inode.places) {
      return place;
    }
    return null;
  }

  /** Returns all inodes of the upper that are still there, the root and whiteouts excepted. */
  List<UpperInode> all() throws PosixException {
    loadAll();
    List<UpperInode> all = new ArrayList<>(copies.values());
    all.addAll(born.values());
    all.removeIf(inode -> inode.last != null);
    return all;
  }

  /** Finds all names of hard links: the directory of the only name that was known has lost it. */
  private void loadAll() throws PosixException {
    Deque<UpperDirectory> left = new ArrayDeque<>(List.of(root));
    while (!left.isEmpty()) {
      for (UpperInode child : List.copyOf(children(left.pop()).values())) {
        if (child instanceof UpperDirectory subdirectory) {
          left.push(subdirectory);
        }
      }
    }
  }

  @Override
  public long root() {
    return root.nid;
  }

  @Override
  public ImageEntry entry(long directory, Name name) throws PosixException {
    UpperInode found = find(directory);
    if (found == null) {
      return lower.entry(directory, name);
    }
    UpperDirectory here = directory(found);
    UpperInode child = children(here).get(name);
    if (child == UpperInode.WHITEOUT || (child == null && here.lower == NONE)) {
      return new ImageEntry(directory, name, NONE, null);
    }
    return child == null
        ? lower.entry(here.lower, name)
        : new ImageEntry(directory, name, child.nid, child.type);
  }

  private static UpperDirectory directory(UpperInode inode) throws PosixException {
    if (inode instanceof UpperDirectory directory) {
      return directory;
    }
    throw new PosixException(Errno.ENOTDIR, inode.type.toString());
  }

  @Override
  public List<DirectoryEntry> list(long directory) throws PosixException {
    UpperInode found = find(directory);
    return found == null ? lower.list(directory) : list(directory(found));
  }

  List<DirectoryEntry> list(UpperDirectory directory) throws PosixException {
    return UpperReader.merge(lower, directory, children(directory));
  }

  @Override
  public FileType type(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.type(nid) : found.type;
  }

  @Override
  public Stat stat(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.stat(nid) : Attributes.stat(this, found);
  }

  @Override
  public long size(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.size(nid) : Attributes.stat(this, found).size();
  }

  @Override
  public byte[] readLink(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.readLink(nid) : host().readLink(path(found));
  }

  @Override
  public byte @Nullable [] xattr(long nid, Name name) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.xattr(nid, name) : host().xattr(path(found), name);
  }

  @Override
  public List<Name> xattrs(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.xattrs(nid) : host().xattrs(path(found));
  }

  @Override
  public NodeAttributes attributes(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.attributes(nid) : Attributes.all(this, found, path(found));
  }

  @Override
  public List<List<Name>> links(long nid) throws PosixException {
    UpperInode found = find(nid);
    List<List<Name>> paths = new ArrayList<>();
    if (found == null) {
      for (List<Name> beneath : lower.links(nid)) {
        List<Name> shown = lowerPaths.shown(beneath);
        if (shown != null) {
          paths.add(shown);
        }
      }
      return paths;
    }
    loadAll();
    for (UpperInode.Place place : found.places) {
      paths.add(names(place));
    }
    return paths;
  }

  /** Returns the path of a directory that has one; that of the root is empty. */
  List<Name> names(UpperDirectory directory) throws PosixException {
    return directory == root ? List.of() : names(place(directory));
  }

  private List<Name> names(UpperInode.Place place) throws PosixException {
    Deque<Name> path = new ArrayDeque<>(List.of(place.name()));
    for (UpperDirectory d = place.directory(); d != root; d = place(d).directory()) {
      path.addFirst(place(d).name());
    }
    return List.copyOf(path);
  }

  /** Returns one of the paths of an inode, as text. */
  String text(UpperInode inode) throws PosixException {
    return text(place(inode));
  }

  /** Returns a place's path, as text. */
  String text(UpperInode.Place place) throws PosixException {
    return text(names(place));
  }

  static String text(List<Name> path) {
    StringBuilder text = new StringBuilder();
    for (Name name : path) {
      text.append('/').append(name);
    }
    return text.toString();
  }

  @Override
  public @Nullable Entry place(long nid) throws PosixException {
    UpperInode found = find(nid);
    if (found == null) {
      return lower.place(nid);
    }
    if (found == root) {
      return null;
    }
    UpperInode.Place place = place(found);
    return new Entry(place.directory().nid, place.name());
  }

  @Override
  public boolean isChanged(long nid) {
    return find(nid) != null || lower.isChanged(nid);
  }

  @Override
  public boolean isGone(long nid) {
    UpperInode found = find(nid);
    return found == null ? lower.isGone(nid) : found.last != null;
  }

  @Override
  public int read(long nid, long position, ByteBuffer target) throws PosixException {
    return lower.read(nid, position, target);
  }

  @Override
  public <T> T map(long nid, long position, long size, FileMapper<T> mapper) throws PosixException {
    return lower.map(nid, position, size, mapper);
  }

  @Override
  public FileChannel open(long nid) throws PosixException {
    UpperInode found = find(nid);
    return found == null ? lower.open(nid) : host().open(path(found), false);
  }

  @Override
  public @Nullable FileRange range(long nid) throws PosixException {
    UpperInode found = find(nid);
    if (found == null) {
      return lower.range(nid);
    }
    Path place = path(found);
    return new FileRange(host().content(place), 0, host().stat(place).size());
  }

  @Override
  public boolean mayHaveRedirects() {
    return upper.mayHaveRedirects() || lower.mayHaveRedirects();
  }

  @Override
  public long totalBytes() {
    return lower.totalBytes();
  }

  @Override
  public String toString() {
    return "upper " + Objects.requireNonNull(root.fixed);
  }
}
