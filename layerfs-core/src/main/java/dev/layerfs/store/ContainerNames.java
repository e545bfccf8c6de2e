package dev.layerfs.store;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The names of containers: a file for each, with the container's id, so that neither finding a name nor taking one has to
 * look at every container. A name counts as long as its container exists; a crash may leave one that does not.
 */
final class ContainerNames {
  private final Session session;
  private final StorePaths paths;
  private final ContainerList containers;

  ContainerNames(Session session, ContainerList containers) {
    this.session = session;
    this.paths = session.paths();
    this.containers = containers;
  }

  /**
   * Takes a name for a container that is being made; the caller has that container's lock.
   *
   * @throws AlreadyExistsException if another has it
   */
  void claim(ContainerName name, Id id) throws IOException {
    Path staged = session.newPath();
    RecordFile.create(session.io(), staged, JsonObject.empty().with("container", id.toString()));
    try (LockFile.Held lock = session.locks().lockStore()) {
      if (find(name).isPresent()) {
        throw new AlreadyExistsException("container", name.text());
      }
      session.io().rename(staged, paths.name(name));
    } finally {
      session.discard(staged);
    }
  }

  /** Frees the name if that container has it. */
  void release(ContainerName name, Id id) throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) {
      if (read(name).equals(Optional.of(id))) {
        session.io().unlink(paths.name(name));
      }
    } catch (NoSuchFileException | StoreCorruptException e) {
      // Nothing is found by it, and it can be taken again.
    }
  }

  /** Removes names that processes have taken which died before they had made the container. */
  void removeUnused() throws IOException {
    for (Path file : StoreFiles.list(paths.names())) {
      Optional<ContainerName> name = ContainerName.parse(file.getFileName().toString());
      if (name.isPresent() && find(name.get()).isEmpty()) {
        removeUnused(name.get());
      }
    }
  }

  private void removeUnused(ContainerName name) throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) {
      if (find(name).isEmpty()) { // still
        session.io().unlink(paths.name(name));
      }
    } catch (NoSuchFileException e) {
      // somebody else has removed it
    }
  }

  /** Returns the container that has a name, or is being made with it. */
  Optional<Id> find(ContainerName name) throws IOException {
    try {
      Optional<Id> id = read(name);
      return id.isPresent() && (containers.exists(id.get()) || isLocked(id.get()))
          ? id
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (StoreCorruptException e) {
      return search(name);
    }
  }

  private Optional<Id> read(ContainerName name) throws IOException {
    return RecordFile.read(paths.name(name), fields -> Id.parse(fields.string("container")));
  }

  private boolean isLocked(Id id) throws IOException {
    LockFile.Held lock = session.tryLockContainer(id);
    if (lock != null) {
      lock.close();
    }
    return lock == null;
  }

  /** The slow way, for a damaged name. */
  private Optional<Id> search(ContainerName name) throws IOException {
    return containers.list().stream()
        .filter(record -> record.name().equals(Optional.of(name)))
        .map(ContainerRecord::id)
        .findFirst();
  }
}
