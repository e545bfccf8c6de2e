package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import dev.layerfs.volume.TreeCopy;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fills and replaces the content of volumes so that a crash leaves it as it was, or as it shall be. What is to come is copied
 * beside it and made durable; from the moment that it is renamed to a name that says what is to be done with it, that is done,
 * by whoever opens the volume next if need be. The caller has the volume's lock.
 */
final class VolumeContents {
  /** What a volume that is empty is being filled with. Others may have the volume open, so its root stays. */
  private static final Name FILLING = Name.of("filling");

  /** What takes the place of all that a volume holds. Nobody has the volume open. */
  private static final Name REPLACEMENT = Name.of("replacement");

  private VolumeContents() {}

  /** Makes a tree with a copy of a directory of any view, durable, in a directory that has none. */
  static void make(
      Session session, Path directory, VolumeDriver.Data driver, PosixView from, Node source)
      throws IOException {
    VolumeTree.create(session, directory, driver);
    try (VolumeTree tree = VolumeTree.open(session, directory, driver);
        HostView target = tree.view(tree.root(), HostViewOptions.DEFAULT)) {
      TreeCopy.copy(from, source, target, target.root());
      target.sync();
    }
  }

  /** Copies a directory of any view into a volume, if that is empty. */
  static void fillIfEmpty(VolumeTree tree, PosixView from, Node source) throws IOException {
    try (HostView volume = tree.view(tree.root(), HostViewOptions.DEFAULT)) {
      if (volume.list(volume.root()).isEmpty()) {
        stage(tree, from, source, FILLING);
        finish(tree);
      }
    }
  }

  /** Replaces all that is in a volume by a copy of a directory of any view. */
  static void replace(VolumeTree tree, PosixView from, Node source) throws IOException {
    stage(tree, from, source, REPLACEMENT);
    finish(tree);
  }

  private static void stage(VolumeTree tree, PosixView from, Node source, Name name)
      throws IOException {
    Name staged = Name.of(VolumeTree.STAGED + Id.random());
    Path place = tree.make(staged);
    try {
      try (HostView target = tree.view(place, HostViewOptions.DEFAULT)) {
        TreeCopy.copy(from, source, target, target.root());
        target.sync();
      }
      tree.rename(staged, name);
    } catch (IOException | RuntimeException e) {
      discard(tree, staged, e);
      throw e;
    }
  }

  private static void discard(VolumeTree tree, Name staged, Exception failure) {
    try {
      tree.discard(staged);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Does what is left to be done, if a process died before it had done it. */
  static void finish(VolumeTree tree) throws IOException {
    tree.replaceRoot(REPLACEMENT);
    if (tree.has(FILLING)) {
      moveIn(tree);
      tree.discard(FILLING);
    }
  }

  /** Whoever has the volume open may have made something of the same name meanwhile: that stays. */
  private static void moveIn(VolumeTree tree) throws IOException {
    HostFiles files = tree.files();
    Path filling = tree.place(FILLING);
    Stat stat = files.stat(filling); // before its time changes
    for (Name name : files.list(filling)) {
      Path target = files.resolve(tree.root(), name);
      if (isFree(files, target)) {
        files.rename(files.resolve(filling, name), target);
      }
    }
    copyAttributes(files, filling, stat, tree.root());
    files.sync(tree.root());
  }

  private static boolean isFree(HostFiles files, Path place) throws PosixException {
    try {
      files.stat(place);
      return false;
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return true;
      }
      throw e;
    }
  }

  private static void copyAttributes(HostFiles files, Path from, Stat stat, Path to)
      throws PosixException {
    files.setOwnerAndMode(to, stat.uid(), stat.gid(), stat.mode());
    for (Name name : files.xattrs(from)) {
      files.setXattr(to, name, files.xattr(from, name));
    }
    files.setTimes(
        to,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
