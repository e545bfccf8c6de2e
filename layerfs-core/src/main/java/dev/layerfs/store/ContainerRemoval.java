package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes containers: what was written to them, their names, and the volumes that are theirs alone. */
final class ContainerRemoval {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final ContainerList list;
  private final ContainerNames names;
  private final CoveredUppers covered;
  private final LimitedUppers limited;
  private final Mounts mounts;
  private final Volumes volumes;
  private volatile boolean unsynced; // whether power loss may bring an ephemeral container back

  ContainerRemoval(
      Session session,
      ContainerList list,
      ContainerNames names,
      CoveredUppers covered,
      LimitedUppers limited,
      Mounts mounts,
      Volumes volumes) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.list = list;
    this.names = names;
    this.covered = covered;
    this.limited = limited;
    this.mounts = mounts;
    this.volumes = volumes;
  }

  /**
   * Removes a container, whatever state it is in.
   *
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open
   */
  void remove(Id id) throws IOException {
    try (LockFile.Held lock = session.lockContainer(id, false)) {
      if (!list.exists(id)) {
        throw new NotFoundException("container", id.toString());
      }
      mounts.settle(id);
      mounts.requireUnmounted(id);
      delete(id);
    }
  }

  /** Deletes it; the caller has its lock. */
  private void delete(Id id) throws IOException {
    try {
      delete(list.read(id));
    } catch (NotFoundException | StoreCorruptException e) {
      // Without a record that can be read its name stays; nothing is found by it, and it can be
      // taken again. The uppers that it stood on go when the store is swept.
      limited.drop(id);
      delete(id, true, Optional.empty(), List.of());
    }
  }

  /** Deletes it; the caller has its lock. */
  void delete(ContainerRecord record) throws IOException {
    List<Id> uppers = new ArrayList<>(record.uppers().beneath());
    record.uppers().covering().ifPresent(uppers::add);
    if (record.limits().any()) {
      limited.drop(record.id());
    }
    delete(record.id(), !record.ephemeral(), record.name(), uppers);
    volumes.removeAnonymous(record.volumes());
  }

  private void delete(Id id, boolean durable, Optional<ContainerName> name, List<Id> uppers)
      throws IOException {
    Path doomed = session.newPath();
    try {
      io.rename(paths.container(id), doomed);
    } catch (NoSuchFileException e) {
      return;
    }
    if (durable) {
      io.syncDirectory(paths.containers());
    } else {
      unsynced = true;
    }
    if (name.isPresent()) {
      names.release(name.get(), id);
    }
    covered.removeUser(uppers, id);
    discard(doomed);
  }

  /** Nothing was written to most containers: they have a record and nothing else. */
  private void discard(Path doomed) throws IOException {
    try {
      io.unlinkIfExists(doomed.resolve(StorePaths.CONTAINER_RECORD));
      io.unlink(doomed);
    } catch (DirectoryNotEmptyException e) {
      session.discard(doomed);
    }
  }

  /** Makes removals durable of which nobody has had to wait for that; without a dead session nobody would look for them. */
  void sync() throws IOException {
    if (unsynced) {
      io.syncDirectory(paths.containers());
    }
  }

  /**
   * Removes ephemeral containers that nobody has open, what is left of containers that were being made when power was lost, and
   * names of containers that were never made. What was not made durable may be lost after power loss: the note that one was
   * open, or what its record says; its id is not.
   */
  void removeDead() throws IOException {
    for (Id id : list.ids()) {
      if (isDoomed(id)) {
        removeDead(id);
      }
    }
    io.syncDirectory(paths.containers());
    names.removeUnused();
  }

  private boolean isDoomed(Id id) throws IOException {
    try {
      return list.read(id).ephemeral();
    } catch (NotFoundException e) {
      return false;
    } catch (StoreCorruptException e) {
      return id.mayBeEphemeral() || ContainerMaking.isUnfinished(paths.container(id));
    }
  }

  private void removeDead(Id id) throws IOException {
    LockFile.Held lock = session.tryLockContainer(id);
    if (lock != null) {
      try (lock) {
        mounts.unmountDead(id);
        delete(id);
      } catch (IOException e) { // it stays, to be removed by whoever can
        System.getLogger(ContainerRemoval.class.getName())
            .log(System.Logger.Level.WARNING, "container {0} stays: {1}", id, e.getMessage());
      }
    }
  }
}
