package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The uppers that don't change any more, because another has come on top: {@code uppers/ID/upper}. Any number of
 * containers can stand on one; each has a file in {@code uppers/ID/users}, made before the container's record names the
 * upper and removed after the container is gone. Who removes the last one removes the upper.
 */
final class CoveredUppers {
  /** The directory of notes. */
  static final String USERS = "users";

  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;

  CoveredUppers(Session session) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
  }

  /** Fills the directory of a new covered upper, before it can be found. */
  interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** Makes the directory of a covered upper, used by one container; its upper has still to be moved there. */
  void create(Id id, Id user, Filling filling) throws IOException {
    Path staged = session.newPath();
    try {
      io.mkdir(staged);
      filling.fill(staged);
      io.mkdir(staged.resolve(USERS));
      io.create(staged.resolve(USERS).resolve(user.toString())).close();
      io.syncDirectory(staged.resolve(USERS));
      io.syncDirectory(staged);
      io.rename(staged, paths.upper(id));
    } finally {
      session.discard(staged);
    }
    io.syncDirectory(paths.uppers());
  }

  /** Notes that a container will stand on uppers that another one stands on. */
  void addUser(List<Id> ids, Id user, boolean durable) throws IOException {
    for (Id id : ids) {
      Path users = paths.upper(id).resolve(USERS);
      io.create(users.resolve(user.toString())).close();
      if (durable) {
        io.syncDirectory(users);
      }
    }
  }

  /** Notes that a container does not stand on uppers any more; those that it was the last one on are deleted. */
  void removeUser(List<Id> ids, Id user) throws IOException {
    for (Id id : ids) {
      Path users = paths.upper(id).resolve(USERS);
      io.unlinkIfExists(users.resolve(user.toString()));
      deleteIfUnused(id);
    }
  }

  /** The same, durably: for a container that stays, whose record won't say any more that it may still have to be done. */
  void removeUserDurably(List<Id> ids, Id user) throws IOException {
    removeUser(ids, user);
    for (Id id : ids) {
      Path users = paths.upper(id).resolve(USERS);
      if (Files.exists(users)) {
        io.syncDirectory(users);
      }
    }
    io.syncDirectory(paths.uppers());
  }

  /** The directory of users goes first, if it is empty: who comes too late to be one finds none. */
  private void deleteIfUnused(Id id) throws IOException {
    try {
      io.unlink(paths.upper(id).resolve(USERS));
    } catch (DirectoryNotEmptyException e) {
      return;
    } catch (NoSuchFileException e) {
      // by somebody who died before the rest was gone
    }
    session.delete(paths.upper(id));
  }

  /** Returns the uppers that have a note of a container. */
  List<Id> usedBy(Id user) throws IOException {
    List<Id> used = new ArrayList<>();
    for (Path directory : StoreFiles.list(paths.uppers())) {
      Optional<Id> id = Id.parse(Objects.requireNonNull(directory.getFileName()).toString());
      if (id.isPresent() && Files.exists(directory.resolve(USERS).resolve(user.toString()))) {
        used.add(id.get());
      }
    }
    return used;
  }

  /** Whether a container that is still there stands on an upper, other than the one that asks and has its lock. */
  boolean isShared(Id id, Id user) throws IOException {
    Path users = paths.upper(id).resolve(USERS);
    forgetDead(users);
    return StoreFiles.list(users).stream().anyMatch(note -> !note.endsWith(user.toString()));
  }

  /** Whether no container stands on an upper. The caller has the store's lock. */
  boolean isUnused(Id id) throws IOException {
    for (Path note : StoreFiles.list(paths.upper(id).resolve(USERS))) {
      Optional<Id> user = Id.parse(Objects.requireNonNull(note.getFileName()).toString());
      if (user.isEmpty() || !isGone(user.get())) {
        return false;
      }
    }
    return true;
  }

  /** Deletes the notes of containers that are no more, and the directory of notes if no other is there. */
  void forget(Id id) throws IOException {
    Path users = paths.upper(id).resolve(USERS);
    forgetDead(users);
    io.unlinkIfExists(users);
  }

  private void forgetDead(Path users) throws IOException {
    for (Path note : StoreFiles.list(users)) {
      Optional<Id> user = Id.parse(Objects.requireNonNull(note.getFileName()).toString());
      if (user.isPresent() && isGone(user.get())) {
        io.unlinkIfExists(note);
      }
    }
  }

  /** Whether a container is no more: one that is just being made has no directory either, but its lock is held. */
  private boolean isGone(Id container) throws IOException {
    LockFile.Held lock = session.tryLockContainer(container);
    if (lock == null) {
      return false;
    }
    try (lock) {
      return Files.notExists(paths.container(container), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
