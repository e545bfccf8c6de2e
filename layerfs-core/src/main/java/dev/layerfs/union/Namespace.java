package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names that come and go: create, link, unlink, rmdir. Called with what {@link Locks} asks for. */
final class Namespace {
  private final Inodes inodes;
  private final CopyUp copyUp;
  private final OpenFiles open;
  private final Identity identity;
  private final AccessLists lists;

  Namespace(Inodes inodes, CopyUp copyUp, OpenFiles open, Identity identity, AccessLists lists) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.open = open;
    this.identity = identity;
    this.lists = lists;
  }

  /** What is to be made: everything but owner, group and lists ({@link NewNode}). */
  record Template(
      FileType type, int mode, int rdevMajor, int rdevMinor, byte @Nullable [] target) {}

  /**
   * A new node.
   *
   * @param content its content, open to be read and written; null unless making it opened it
   */
  record Made(UnionNode node, @Nullable FileChannel content) {}

  /** Makes an inode where {@link #checkNew} found no name. */
  Made create(UnionNode parent, Name name, Template template) throws PosixException {
    UpperDirectory directory = copyUp.directory(parent);
    UpperDirectory.Inheritance inheritance = lists.inheritedFrom(directory);
    NewNode node = NewNode.of(
        template.type(),
        template.mode(),
        inheritance.attributes(),
        inheritance.defaults(),
        identity);
    CreatedFile file = isPlain(template, node, inheritance, directory, name)
        ? host().createOpen(inodes.path(new UpperInode.Place(directory, name)), node.mode())
        : null;
    return file == null
        ? new Made(createStaged(directory, name, template, node), null)
        : new Made(named(directory, name, template, file.inode(), node.mode()), file.content());
  }

  /**
   * Whether an object begins as an empty file of root's with a mode, and replaces nothing. It can be made where it is to be: a
   * crash leaves nothing, or a file that has just been made.
   */
  private boolean isPlain(
      Template template,
      NewNode node,
      UpperDirectory.Inheritance inheritance,
      UpperDirectory directory,
      Name name)
      throws PosixException {
    return template.type() == FileType.REGULAR
        && node.uid() == 0
        && node.gid() == 0
        && inheritance.defaults().isEmpty()
        && !inodes.children(directory).containsKey(name);
  }

  private UnionNode createStaged(
      UpperDirectory directory, Name name, Template template, NewNode node) throws PosixException {
    Path staged = work().fresh();
    Stat made;
    try {
      make(staged, template, node);
      made = host().stat(staged);
      if (Origins.areKept(template.type())) {
        long number = inodes.upper().numbers().of(made.inode());
        inodes.upper().origins().born(made.inode(), number);
      }
      boolean isDirectory = template.type() == FileType.DIRECTORY;
      if (isDirectory && inodes.lowerHas(directory, name)) {
        inodes.upper().marks().setOpaque(staged);
      }
      install(staged, directory, name, isDirectory);
    } catch (PosixException e) {
      work().discard(staged);
      throw e;
    }
    return named(directory, name, template, made.inode(), made.mode());
  }

  /** Notes what was made. */
  private UnionNode named(
      UpperDirectory directory, Name name, Template template, long hostInode, int mode)
      throws PosixException {
    long number = inodes.upper().numbers().of(hostInode);
    UpperInode inode = inodes.top().born(template.type(), number, hostInode, Lower.NONE);
    inode.unprivileged = !SetIdBits.has(mode);
    if (inode instanceof UpperDirectory created) {
      created.startEmpty(2);
      directory.links++;
    }
    inodes.add(directory, name, inode);
    return inode.node(inodes);
  }

  private void make(Path staged, Template template, NewNode node) throws PosixException {
    byte[] target = template.target();
    if (target != null) {
      host().symlink(staged, target);
    } else {
      host()
          .create(staged, template.type(), node.mode(), template.rdevMajor(), template.rdevMinor());
    }
    if (node.uid() != 0 || node.gid() != 0) {
      host().setOwnerAndMode(staged, node.uid(), node.gid(), node.mode());
    }
    lists.places().install(staged, node);
  }

  /** Puts a finished object at a name where there is nothing or a whiteout. */
  private void install(Path staged, UpperDirectory directory, Name name, boolean isDirectory)
      throws PosixException {
    Path place = inodes.path(new UpperInode.Place(directory, name));
    if (isDirectory && inodes.children(directory).containsKey(name)) {
      work().replace(staged, place);
    } else {
      host().rename(staged, place);
    }
  }

  /** The checks that come before every other when a name is to be made. */
  void checkNew(UnionNode parent, Name name) throws PosixException {
    if (inodes.isGone(parent)) {
      throw new PosixException(Errno.ENOENT, name.toString());
    } else if (inodes.lookup(parent, name) != null) {
      throw new PosixException(Errno.EEXIST, name.toString());
    } else if (inodes.readOnly()) {
      throw new PosixException(Errno.EROFS, name.toString());
    }
  }

  void link(UnionNode node, UnionNode parent, Name name) throws PosixException {
    checkNew(parent, name);
    if (node.type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EPERM, name.toString());
    } else if (inodes.isGone(node)) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    UpperInode inode = copyUp.inode(node, true);
    UpperDirectory directory = copyUp.directory(parent);
    Path staged = work().fresh();
    host().link(inodes.path(inode), staged);
    try {
      install(staged, directory, name, false);
    } catch (PosixException e) {
      work().discard(staged);
      throw e;
    }
    inodes.add(directory, name, inode);
  }

  void unlink(UnionNode parent, Name name) throws PosixException {
    UnionNode node = existing(parent, name);
    if (node.type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EISDIR, name.toString());
    }
    UpperInode inode = upperIfLinked(node);
    UpperDirectory directory = copyUp.directory(parent);
    UpperInode.Place place = new UpperInode.Place(directory, name);
    if (inode == null) {
      hide(place);
      inodes.markRemoved(node);
      return;
    }
    Removal removal = Removal.prepare(inodes, open, inode, inodes.path(place), false);
    try {
      take(place, removal.moved());
    } catch (PosixException e) {
      removal.undo(false, e);
      throw e;
    }
    removal.commit();
    inodes.remove(directory, name, inodes.lowerHas(directory, name));
  }

  /**
   * Returns a node's inode in the upper, or null if it is beneath and has no other name there. One that has several
   * is copied up with all of them, or the count of those that remain would be lost when the view is opened again.
   */
  @Nullable
  UpperInode upperIfLinked(UnionNode node) throws PosixException {
    UpperInode inode = node.upper();
    return inode == null && copyUp.hasLinks(node) ? copyUp.inode(node, true) : inode;
  }

  /** Deletes an object that is not a directory, or puts a whiteout in its place if the image has the name. */
  private void take(UpperInode.Place place, boolean moved) throws PosixException {
    if (inodes.lowerHas(place.directory(), place.name())) {
      putWhiteout(inodes.path(place));
    } else if (!moved) {
      host().delete(inodes.path(place));
    }
  }

  private void putWhiteout(Path place) throws PosixException {
    Path whiteout = work().whiteout();
    try {
      host().rename(whiteout, place);
    } catch (PosixException e) {
      work().discard(whiteout);
      throw e;
    }
  }

  /** Hides a name of the image where the upper has nothing. */
  private void hide(UpperInode.Place place) throws PosixException {
    putWhiteout(inodes.path(place));
    inodes.remove(place.directory(), place.name(), true);
  }

  /** Removes an empty directory, and returns it. */
  UnionNode rmdir(UnionNode parent, Name name) throws PosixException {
    UnionNode node = existing(parent, name);
    if (node.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, name.toString());
    } else if (!inodes.list(node).isEmpty()) {
      throw new PosixException(Errno.ENOTEMPTY, name.toString());
    }
    UpperDirectory directory = copyUp.directory(parent);
    UpperInode.Place place = new UpperInode.Place(directory, name);
    UpperInode inode = node.upper();
    if (inode == null) {
      hide(place);
      inodes.markRemoved(node);
    } else {
      Stat last = Removal.lastStat(inodes, inode, inodes.path(place));
      removeEmpty((UpperDirectory) inode, place);
      inodes.remove(directory, name, inodes.lowerHas(directory, name));
      inodes.forget(inode, last);
    }
    directory.links--;
    return node;
  }

  /** The directory may hold whiteouts: it goes as a whole. */
  private void removeEmpty(UpperDirectory inode, UpperInode.Place place) throws PosixException {
    Path target = inodes.path(place);
    if (inodes.lowerHas(place.directory(), place.name())) {
      Path whiteout = work().whiteout();
      try {
        work().replace(whiteout, target);
      } catch (PosixException e) {
        work().discard(whiteout);
        throw e;
      }
    } else if (inodes.children(inode).isEmpty()) {
      host().delete(target);
    } else {
      Path aside = work().fresh();
      host().rename(target, aside);
      work().discard(aside);
    }
  }

  UnionNode existing(UnionNode parent, Name name) throws PosixException {
    UnionNode node = inodes.lookup(parent, name);
    if (node == null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    return node;
  }

  private HostFiles host() {
    return inodes.upper().host();
  }

  private Work work() {
    return inodes.upper().work();
  }
}
