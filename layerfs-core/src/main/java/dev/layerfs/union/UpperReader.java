package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads what a directory of an upper holds on the host. */
final class UpperReader {
  private final UpperTree tree;
  private final Lower lower;

  UpperReader(UpperTree tree, Lower lower) {
    this.tree = tree;
    this.lower = lower;
  }

  /** Reads a directory, unless another thread has. */
  Map<Name, UpperInode> load(UpperDirectory directory) throws PosixException {
    synchronized (directory) {
      Map<Name, UpperInode> known = directory.children;
      if (known != null) {
        return known;
      }
      Map<Name, UpperInode> children = new ConcurrentHashMap<>();
      Path place = tree.path(directory);
      for (Name name : tree.host().list(place)) {
        children.put(name, read(directory, name, tree.host().resolve(place, name)));
      }
      directory.links = links(merge(lower, directory, children));
      directory.children = children;
      return children;
    }
  }

  /** Returns the number of links of a directory that shows so much. */
  static int links(List<DirectoryEntry> shown) {
    int subdirectories = 0;
    for (DirectoryEntry entry : shown) {
      subdirectories += entry.type() == FileType.DIRECTORY ? 1 : 0;
    }
    return 2 + subdirectories;
  }

  /** Returns what a directory shows: what is beneath, less what the upper hides, and what the upper has. */
  static List<DirectoryEntry> merge(
      Lower lower, UpperDirectory directory, Map<Name, UpperInode> children) throws PosixException {
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

  private UpperInode read(UpperDirectory directory, Name name, Path place) throws PosixException {
    Stat stat = tree.host().stat(place);
    if (isWhiteout(stat)) {
      return UpperInode.WHITEOUT;
    }
    boolean linked = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
    // also one with a single name: it may have had another until now
    UpperInode known = tree.hardLink(stat.inode());
    if (known == null) {
      Marks.Meaning marks = tree.upper().marks().read(place);
      if (marks.whiteout() && stat.type() == FileType.REGULAR && stat.size() == 0) {
        return UpperInode.WHITEOUT;
      }
      UpperInode found = adopt(directory, name, place, stat, marks);
      known = linked ? tree.addHardLink(found) : found;
    }
    known.places.addIfAbsent(new UpperInode.Place(directory, name));
    return known;
  }

  private static boolean isWhiteout(Stat stat) {
    return stat.type() == FileType.CHARACTER_DEVICE
        && stat.rdevMajor() == 0
        && stat.rdevMinor() == 0;
  }

  private UpperInode adopt(
      UpperDirectory directory, Name name, Path place, Stat stat, Marks.Meaning marks)
      throws PosixException {
    Long recorded =
        marks.inode() != null ? marks.inode() : tree.upper().origins().of(stat);
    long number = recorded != null ? recorded : tree.upper().numbers().of(stat.inode());
    Redirect redirect = marks.redirect();
    if (redirect != null && !tree.followsRedirects()) {
      throw new PosixException(
          Errno.EIO,
          name + ": the upper carries the mark '" + tree.upper().host().markPrefix()
              + "redirect', but neither a view nor a kernel has noted that it set any");
    }
    if (stat.type() != FileType.DIRECTORY) {
      if (redirect != null) {
        throw new PosixException(Errno.EIO, name + ": a redirect on what is no directory");
      }
      UpperInode made = tree.born(stat.type(), number, stat.inode(), Lower.NONE);
      SparseMark mark = marks.sparse();
      if (mark != null && stat.type() == FileType.REGULAR) {
        made.sparse = tree.upper().sparse().content(mark, lower, stat, place);
      }
      return made;
    }
    long merged = marks.opaque() ? Lower.NONE : merged(directory, name, redirect);
    if (merged != Lower.NONE && recorded == null) {
      number = lower.stat(merged).inode();
    }
    UpperDirectory made =
        (UpperDirectory) tree.born(FileType.DIRECTORY, number, stat.inode(), merged);
    made.redirect = redirect;
    return made;
  }

  /** Returns the directory beneath that shows through one of the upper, which must be the only one. */
  private long merged(UpperDirectory directory, Name name, @Nullable Redirect redirect)
      throws PosixException {
    Redirect target = redirect == null ? Redirect.inParent(name) : redirect;
    long merged = tree.lowerPaths().directory(directory, target);
    if (merged != Lower.NONE
        && tree.find(merged) instanceof UpperDirectory other
        && other.last == null) {
      throw tree.lowerPaths().twice(other, tree.text(new UpperInode.Place(directory, name)));
    }
    return merged;
  }
}
