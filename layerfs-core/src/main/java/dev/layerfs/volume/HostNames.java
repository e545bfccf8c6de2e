package dev.layerfs.volume;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.NewNode;
import dev.layerfs.union.PlaceAttributes;
import dev.layerfs.union.Quota;
import dev.layerfs.volume.HostNode.Place;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names that come and go: create, link, unlink, rmdir. Called under the tree's lock for writing. */
final class HostNames {
  private final HostTree tree;
  private final HostFiles files;
  private final Identity identity;
  private final boolean readOnly;
  private final PlaceAttributes attributes;

  HostNames(HostTree tree, Identity identity, boolean readOnly) {
    this.tree = tree;
    this.files = tree.files();
    this.identity = identity;
    this.readOnly = readOnly;
    this.attributes = new PlaceAttributes(files, identity);
  }

  /** What is to be made. */
  record Template(
      FileType type, int mode, int rdevMajor, int rdevMinor, byte @Nullable [] target) {}

  /** A check that comes after that of the name. */
  @FunctionalInterface
  interface Check {
    void run() throws PosixException;
  }

  /** Makes an object. */
  HostNode create(HostNode directory, Name name, Check arguments, Template template)
      throws PosixException {
    Path path = free(directory, name);
    arguments.run();
    HostTree.Found parent = tree.find(directory);
    Quota quota = tree.quota();
    if (quota != null) {
      quota.charge(0, 1);
    }
    Stat made;
    try {
      made = make(path, template, parent);
    } catch (PosixException e) {
      if (quota != null) {
        quota.release(0, 1);
      }
      throw e;
    }
    HostNode node = tree.node(made, directory, name);
    tree.events().note(directory, name, NameEvent.CREATED);
    changed(node);
    changed(directory);
    return node;
  }

  /** Returns the place where a name is to be made, which is free. */
  private Path free(HostNode directory, Name name) throws PosixException {
    Path found = tree.findDirectory(directory);
    if (found == null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    Path path = files.resolve(found, name);
    if (tree.statIfExists(path) != null) {
      throw new PosixException(Errno.EEXIST, name.toString());
    }
    requireWritable(name);
    return path;
  }

  void requireWritable(Object subject) throws PosixException {
    if (readOnly) {
      throw new PosixException(Errno.EROFS, subject.toString());
    }
  }

  private Stat make(Path path, Template template, HostTree.Found parent) throws PosixException {
    Acl defaults = attributes.list(parent.path(), Acl.DEFAULT);
    NewNode node = NewNode.of(template.type(), template.mode(), parent.stat(), defaults, identity);
    byte[] target = template.target();
    if (target != null) {
      files.symlink(path, target);
    } else {
      files.create(path, template.type(), node.mode(), template.rdevMajor(), template.rdevMinor());
    }
    try {
      Stat made = files.stat(path);
      if (made.uid() != node.uid() || made.gid() != node.gid()) {
        giveAway(path, node);
      }
      attributes.install(path, node);
      return made;
    } catch (PosixException e) {
      discard(path, e);
      throw e;
    }
  }

  /** Where this process may give nothing away, or there are no owners, a new object has the owner that the host gives it. */
  private void giveAway(Path path, NewNode node) throws PosixException {
    try {
      files.setOwnerAndMode(path, node.uid(), node.gid(), node.mode());
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.ENOTSUP) {
        throw e;
      }
    }
  }

  private void discard(Path path, PosixException failure) {
    try {
      files.delete(path);
    } catch (PosixException e) {
      failure.addSuppressed(e);
    }
  }

  void link(HostNode node, HostNode directory, Name name) throws PosixException {
    Path path = free(directory, name);
    if (node.type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EPERM, name.toString());
    } else if (node.removed() != null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    files.link(tree.find(node).path(), path);
    node.found(new Place(directory, name));
    tree.events().note(directory, name, NameEvent.CREATED);
    changed(node);
    changed(directory);
  }

  void unlink(HostNode directory, Name name) throws PosixException {
    requireWritable(name);
    Named named = existing(directory, name);
    if (named.stat().type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EISDIR, name.toString());
    }
    remove(named);
  }

  void rmdir(HostNode directory, Name name) throws PosixException {
    requireWritable(name);
    Named named = existing(directory, name);
    if (named.stat().type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, name.toString());
    } else if (!files.list(named.path()).isEmpty()) {
      throw new PosixException(Errno.ENOTEMPTY, name.toString());
    }
    remove(named);
    tree.events().noteRemoved(named.node());
  }

  private void remove(Named named) throws PosixException {
    files.delete(named.path());
    tree.unlinked(named.node(), named.place(), named.stat());
    tree.events().note(named.place().directory(), named.place().name(), NameEvent.DELETED);
    changed(named.place().directory());
  }

  /** A name, and what it names. */
  record Named(Place place, Path path, Stat stat, HostNode node) {}

  /** Finds a name that must exist. */
  Named existing(HostNode directory, Name name) throws PosixException {
    Path found = tree.findDirectory(directory);
    Named named = found == null ? null : find(found, directory, name);
    if (named == null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    return named;
  }

  /** Finds a name in a directory that was found; null if there is none. */
  @Nullable
  Named find(Path found, HostNode directory, Name name) throws PosixException {
    Path path = files.resolve(found, name);
    Stat stat = tree.statIfExists(path);
    return stat == null
        ? null
        : new Named(new Place(directory, name), path, stat, tree.node(stat, directory, name));
  }

  /** Notes that an object has to be made durable. */
  void changed(HostNode node) throws PosixException {
    if (!tree.alone()) {
      tree.unsynced().add(node);
    }
  }
}
