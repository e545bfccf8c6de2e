package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Renames, with the checks of fs/namei.c in their order. Called with what {@link Locks} asks for.
 *
 * <p>On the host the new name appears first, atomically, then a whiteout takes the old one if the image has it: after a
 * crash in between both names are there, and nothing is lost. A directory with a {@link Redirect} is never at both. Replacing a directory, and exchanging two names on a host
 * that can't, takes more than one step: after a crash in between a name may be missing.
 */
final class Renames {
  private final Inodes inodes;
  private final CopyUp copyUp;
  private final Namespace names;
  private final OpenFiles open;
  private final Events events;
  private final Redirects redirects;

  Renames(Inodes inodes, CopyUp copyUp, Namespace names, OpenFiles open, Events events) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.names = names;
    this.open = open;
    this.events = events;
    this.redirects = new Redirects(inodes);
  }

  void rename(UnionNode fromParent, Name from, UnionNode toParent, Name to, Set<RenameFlag> flags)
      throws PosixException {
    UnionNode source = names.existing(fromParent, from);
    UnionNode target = inodes.lookup(toParent, to);
    boolean exchange = flags.contains(RenameFlag.EXCHANGE);
    checkFlags(flags, target, to);
    checkAncestors(source, target, fromParent, toParent, to, exchange);
    if (source.equals(target)) {
      return;
    }
    if (target == null && inodes.isGone(toParent)) {
      throw new PosixException(Errno.ENOENT, to.toString());
    }
    if (target != null && !exchange) {
      checkReplaceable(source, target, to);
    }
    boolean inParent = fromParent.equals(toParent);
    UpperInode moved = independent(source, inParent);
    UpperInode.Place old = new UpperInode.Place(copyUp.directory(fromParent), from);
    UpperInode.Place place = new UpperInode.Place(copyUp.directory(toParent), to);
    if (exchange && target != null) {
      exchange(old, moved, place, independent(target, inParent));
      events.note(fromParent, from, NameEvent.DELETED);
      events.note(toParent, to, NameEvent.DELETED);
      events.note(fromParent, from, NameEvent.CREATED);
      events.note(toParent, to, NameEvent.CREATED);
    } else {
      replace(old, moved, place, target);
      // as fsnotify_move of fs/namei.c has it: nothing is said of what was replaced
      events.note(fromParent, from, NameEvent.DELETED);
      events.note(toParent, to, NameEvent.CREATED);
      if (target != null && target.type() == FileType.DIRECTORY) {
        events.noteRemoved(target);
      }
    }
  }

  private static void checkFlags(Set<RenameFlag> flags, @Nullable UnionNode target, Name to)
      throws PosixException {
    if (target != null && flags.contains(RenameFlag.NOREPLACE)) {
      throw new PosixException(Errno.EEXIST, to.toString());
    } else if (target == null && flags.contains(RenameFlag.EXCHANGE)) {
      throw new PosixException(Errno.ENOENT, to.toString());
    }
  }

  private void checkAncestors(
      UnionNode source,
      @Nullable UnionNode target,
      UnionNode fromParent,
      UnionNode toParent,
      Name to,
      boolean exchange)
      throws PosixException {
    if (isAbove(source, toParent)) {
      throw new PosixException(Errno.EINVAL, to.toString());
    } else if (target != null && isAbove(target, fromParent)) {
      throw new PosixException(exchange ? Errno.EINVAL : Errno.ENOTEMPTY, to.toString());
    }
  }

  boolean isAbove(UnionNode node, UnionNode directory) throws PosixException {
    if (node.type() != FileType.DIRECTORY) {
      return false;
    }
    for (UnionNode d = directory; d != null; d = inodes.parent(d)) {
      if (d.equals(node)) {
        return true;
      }
    }
    return false;
  }

  private void checkReplaceable(UnionNode source, UnionNode target, Name to) throws PosixException {
    boolean directory = source.type() == FileType.DIRECTORY;
    boolean onDirectory = target.type() == FileType.DIRECTORY;
    if (directory && !onDirectory) {
      throw new PosixException(Errno.ENOTDIR, to.toString());
    } else if (!directory && onDirectory) {
      throw new PosixException(Errno.EISDIR, to.toString());
    } else if (onDirectory && !inodes.list(target).isEmpty()) {
      throw new PosixException(Errno.ENOTEMPTY, to.toString());
    }
  }

  /** Returns a node's inode in the upper, which needs nothing of what is beneath its name any more. */
  private UpperInode independent(UnionNode node, boolean inParent) throws PosixException {
    if (node.type() != FileType.DIRECTORY) {
      return copyUp.inode(node, true);
    }
    UpperDirectory directory = copyUp.directory(node);
    boolean whole = directory.lower == Lower.NONE || redirects.set(directory, inParent);
    return whole ? directory : copyUp.tree(node);
  }

  private void exchange(
      UpperInode.Place one, UpperInode first, UpperInode.Place other, UpperInode second)
      throws PosixException {
    Path here = inodes.path(one);
    Path there = inodes.path(other);
    hideBeneath(first, here, other);
    hideBeneath(second, there, one);
    if (!host().exchange(here, there)) {
      exchangeInSteps(here, there);
    }
    inodes.remove(one.directory(), one.name(), false);
    inodes.remove(other.directory(), other.name(), false);
    inodes.add(one.directory(), one.name(), second);
    inodes.add(other.directory(), other.name(), first);
    inodes.top().movedDirectory();
    countMoved(first, one.directory(), other.directory());
    countMoved(second, other.directory(), one.directory());
  }

  private void exchangeInSteps(Path here, Path there) throws PosixException {
    Path aside = work().fresh();
    host().rename(here, aside);
    try {
      host().rename(there, here);
      try {
        host().rename(aside, there);
      } catch (PosixException e) {
        work().restore(here, there, e);
        throw e;
      }
    } catch (PosixException e) {
      work().restore(aside, here, e);
      throw e;
    }
  }

  /** A directory that shows nothing beneath must not do so by its new name, or by a mark that leads nowhere from the old. */
  private void hideBeneath(UpperInode inode, Path now, UpperInode.Place later)
      throws PosixException {
    if (inode instanceof UpperDirectory directory
        && directory.lower == Lower.NONE
        && (directory.redirect != null || inodes.lowerHas(later.directory(), later.name()))) {
      inodes.upper().marks().setOpaque(now);
    }
  }

  private static void countMoved(UpperInode inode, UpperDirectory from, UpperDirectory to) {
    if (inode.type == FileType.DIRECTORY) {
      from.links--;
      to.links++;
    }
  }

  private void replace(
      UpperInode.Place old, UpperInode moved, UpperInode.Place place, @Nullable UnionNode target)
      throws PosixException {
    boolean directory = moved.type == FileType.DIRECTORY;
    UpperInode victim = target == null ? null : names.upperIfLinked(target);
    Stat last =
        victim != null && directory ? Removal.lastStat(inodes, victim, inodes.path(place)) : null;
    UpperInode occupant = inodes.children(place.directory()).get(place.name());
    hideBeneath(moved, inodes.path(old), place);
    boolean hides = inodes.lowerHas(old.directory(), old.name());
    Path whiteout = hides ? work().whiteout() : null;
    try {
      if (whiteout != null
          && moved instanceof UpperDirectory merged
          && merged.lower != Lower.NONE) {
        moveMerged(inodes.path(old), inodes.path(place), whiteout, occupant != null);
        inodes.move(old, place, moved, true);
        countMoved(moved, old.directory(), place.directory());
      } else if (directory) {
        moveDirectory(inodes.path(old), inodes.path(place), whiteout, occupant != null);
        inodes.move(old, place, moved, hides);
        countMoved(moved, old.directory(), place.directory());
      } else if (occupant == null) {
        moveFile(inodes.path(old), inodes.path(place), whiteout, null);
        inodes.move(old, place, moved, hides);
      } else {
        moveOnto(old, place, moved, whiteout, occupant);
      }
    } catch (PosixException e) {
      if (whiteout != null) {
        work().discard(whiteout);
      }
      throw e;
    }
    forgetVictim(target, victim, last, place.directory());
  }

  private void moveOnto(
      UpperInode.Place old,
      UpperInode.Place place,
      UpperInode moved,
      @Nullable Path whiteout,
      UpperInode occupant)
      throws PosixException {
    Path target = inodes.path(place);
    Removal removal = Removal.prepare(inodes, open, occupant, target, whiteout != null);
    moveFile(inodes.path(old), target, whiteout, removal);
    removal.commit();
    inodes.move(old, place, moved, whiteout != null);
  }

  private void forgetVictim(
      @Nullable UnionNode target,
      @Nullable UpperInode victim,
      @Nullable Stat last,
      UpperDirectory parent) {
    if (target == null) {
      return;
    }
    if (target.type() == FileType.DIRECTORY) {
      parent.links--;
    }
    if (victim == null) {
      inodes.markRemoved(target);
    } else if (last != null) {
      inodes.forget(victim, last);
    }
  }

  /** Moves to a name where nothing is, or a file or whiteout that is about to be replaced. */
  private void moveFile(Path from, Path to, @Nullable Path whiteout, @Nullable Removal removal)
      throws PosixException {
    boolean taken = false;
    try {
      host().rename(from, to);
      taken = true;
      if (whiteout != null) {
        host().rename(whiteout, from);
      }
    } catch (PosixException e) {
      if (taken) {
        work().restore(to, from, e);
      }
      if (removal != null) {
        removal.undo(taken, e);
      }
      throw e;
    }
  }

  /**
   * Moves a directory that shows what is beneath, by an exchange with a whiteout: at no time does the upper have it at two
   * places, or at none.
   */
  private void moveMerged(Path from, Path to, Path whiteout, boolean occupied)
      throws PosixException {
    if (occupied) {
      host().exchange(whiteout, to);
    } else {
      host().rename(whiteout, to);
    }
    try {
      host().exchange(from, to);
    } catch (PosixException e) {
      if (occupied) {
        host().exchange(whiteout, to);
      } else {
        work().restore(to, whiteout, e);
      }
      throw e;
    }
    if (occupied) {
      work().discard(whiteout);
    }
  }

  /** Moves to a name where nothing is, or a whiteout or a directory without names, which may hold whiteouts itself. */
  private void moveDirectory(Path from, Path to, @Nullable Path whiteout, boolean occupied)
      throws PosixException {
    Path aside = occupied ? work().fresh() : null;
    if (aside != null) {
      host().rename(to, aside);
    }
    boolean moved = false;
    try {
      host().rename(from, to);
      moved = true;
      if (whiteout != null) {
        host().rename(whiteout, from);
      }
    } catch (PosixException e) {
      if (moved) {
        work().restore(to, from, e);
      }
      if (aside != null) {
        work().restore(aside, to, e);
      }
      throw e;
    }
    if (aside != null) {
      work().discard(aside);
    }
  }

  private HostFiles host() {
    return inodes.upper().host();
  }

  private Work work() {
    return inodes.upper().work();
  }
}
