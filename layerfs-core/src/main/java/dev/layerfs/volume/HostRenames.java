package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.HostNames.Named;
import dev.layerfs.volume.HostNode.Place;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Renames, with the checks of fs/namei.c in their order. Called under the tree's lock for writing.
 *
 * <p>A directory that replaces an empty one does so in two steps where the host can't exchange names.
 */
final class HostRenames {
  private final HostTree tree;
  private final HostFiles files;
  private final HostNames names;

  HostRenames(HostTree tree, HostNames names) {
    this.tree = tree;
    this.files = tree.files();
    this.names = names;
  }

  void rename(HostNode from, Name name, HostNode to, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    names.requireWritable(name);
    Named source = names.existing(from, name);
    Path newDirectory = tree.findDirectory(to);
    if (newDirectory == null) {
      throw new PosixException(Errno.ENOENT, newName.toString());
    }
    Named target = names.find(newDirectory, to, newName);
    boolean exchange = flags.contains(RenameFlag.EXCHANGE);
    checkFlags(flags, target, newName);
    if (isAbove(source.node(), to)) {
      throw new PosixException(Errno.EINVAL, newName.toString());
    } else if (target != null && isAbove(target.node(), from)) {
      throw new PosixException(exchange ? Errno.EINVAL : Errno.ENOTEMPTY, newName.toString());
    } else if (target != null && target.node().equals(source.node())) {
      return;
    }
    if (target != null && exchange) {
      exchange(source, target);
    } else {
      Place place = new Place(to, newName);
      replace(source, place, files.resolve(newDirectory, newName), target);
    }
    names.changed(from);
    names.changed(to);
  }

  private static void checkFlags(Set<RenameFlag> flags, @Nullable Named target, Name to)
      throws PosixException {
    if (target != null && flags.contains(RenameFlag.NOREPLACE)) {
      throw new PosixException(Errno.EEXIST, to.toString());
    } else if (target == null && flags.contains(RenameFlag.EXCHANGE)) {
      throw new PosixException(Errno.ENOENT, to.toString());
    }
  }

  /** Whether a node is a directory, and another is the same or somewhere beneath it. */
  static boolean isAbove(HostNode node, HostNode directory) {
    if (node.type() != FileType.DIRECTORY) {
      return false;
    }
    for (HostNode d = directory; d != null; d = d.parent()) {
      if (d.equals(node)) {
        return true;
      }
    }
    return false;
  }

  private void replace(Named source, Place place, Path path, @Nullable Named target)
      throws PosixException {
    if (target != null) {
      checkReplaceable(source, target);
    }
    if (target != null && target.stat().type() == FileType.DIRECTORY) {
      replaceDirectory(source, target);
    } else {
      files.rename(source.path(), path);
    }
    if (target != null) {
      tree.unlinked(target.node(), target.place(), target.stat());
    }
    tree.moved(source.node(), source.place(), place);
    // as fsnotify_move of fs/namei.c has it: nothing is said of what was replaced
    note(source.place(), NameEvent.DELETED);
    note(place, NameEvent.CREATED);
    if (target != null && target.stat().type() == FileType.DIRECTORY) {
      tree.events().noteRemoved(target.node());
    }
  }

  private void checkReplaceable(Named source, Named target) throws PosixException {
    boolean directory = source.stat().type() == FileType.DIRECTORY;
    boolean onDirectory = target.stat().type() == FileType.DIRECTORY;
    String subject = target.place().name().toString();
    if (directory && !onDirectory) {
      throw new PosixException(Errno.ENOTDIR, subject);
    } else if (!directory && onDirectory) {
      throw new PosixException(Errno.EISDIR, subject);
    } else if (onDirectory && !files.list(target.path()).isEmpty()) {
      throw new PosixException(Errno.ENOTEMPTY, subject);
    }
  }

  private void replaceDirectory(Named source, Named target) throws PosixException {
    if (files.exchange(source.path(), target.path())) {
      files.delete(source.path());
      return;
    }
    files.delete(target.path());
    try {
      files.rename(source.path(), target.path());
    } catch (PosixException e) {
      restore(target, e);
      throw e;
    }
  }

  private void restore(Named directory, PosixException failure) {
    Stat stat = directory.stat();
    try {
      files.create(directory.path(), FileType.DIRECTORY, stat.mode(), 0, 0);
      files.setOwnerAndMode(directory.path(), stat.uid(), stat.gid(), stat.mode());
    } catch (PosixException e) {
      failure.addSuppressed(e);
    }
  }

  private void exchange(Named source, Named target) throws PosixException {
    if (!files.exchange(source.path(), target.path())) {
      if (!tree.alone()) { // as a file system that has no such operation
        throw new PosixException(Errno.EINVAL, target.place().name().toString());
      }
      exchangeInSteps(source, target);
    }
    tree.moved(source.node(), source.place(), target.place());
    tree.moved(target.node(), target.place(), source.place());
    note(source.place(), NameEvent.DELETED);
    note(target.place(), NameEvent.DELETED);
    note(source.place(), NameEvent.CREATED);
    note(target.place(), NameEvent.CREATED);
  }

  /** Nobody else sees the steps. */
  private void exchangeInSteps(Named source, Named target) throws PosixException {
    Name unused = Name.of(".exchange-" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
    Path aside = files.resolve(path(source.place().directory()), unused);
    files.rename(source.path(), aside);
    files.rename(target.path(), source.path());
    files.rename(aside, target.path());
  }

  private Path path(HostNode directory) throws PosixException {
    return tree.find(directory).path();
  }

  private void note(Place place, NameEvent event) {
    tree.events().note(place.directory(), place.name(), event);
  }
}
