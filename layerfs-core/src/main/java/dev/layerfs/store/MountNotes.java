package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is noted beside a container of its mount: a {@link MountRecord}, and, while volumes come or go, that the mount is not
 * complete. Whoever finds that, and has the container's lock, knows that the process is dead that would have completed it.
 * Neither survives the machine, so neither is made durable.
 */
final class MountNotes {
  private final Session session;
  private final StorePaths paths;

  MountNotes(Session session) {
    this.session = session;
    this.paths = session.paths();
  }

  /** Notes that a container is about to be mounted, instead of what was noted before. */
  void write(Id container, String target, List<Path> volumes) throws IOException {
    MountRecord record = new MountRecord(MountRecord.sourceOf(container), target, volumes);
    Path staged = session.newPath();
    RecordFile.note(session.io(), staged, record.toJson());
    session.io().rename(staged, paths.mountRecord(container));
  }

  /** Tells whether a container may be mounted. */
  boolean exist(Id container) {
    return Files.exists(paths.mountRecord(container));
  }

  /** Returns what is noted; one that power loss has damaged is of a mount that is no more. */
  Optional<MountRecord> read(Id container) throws IOException {
    try {
      return Optional.of(MountRecord.read(paths.mountRecord(container)));
    } catch (StoreCorruptException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Takes back what {@link #write} has noted. */
  void delete(Id container) throws IOException {
    session.io().unlinkIfExists(paths.mountRecord(container));
  }

  /** Notes that volumes come or go. */
  void begin(Id container) throws IOException {
    try {
      session.io().create(paths.mountChanging(container)).close();
    } catch (FileAlreadyExistsException e) {
      // of somebody who died where nothing had changed yet
    }
  }

  /** Tells whether somebody has begun, and not ended. */
  boolean areChanging(Id container) {
    return Files.exists(paths.mountChanging(container));
  }

  /** Notes that all volumes are there, or nothing is mounted any more. */
  void end(Id container) throws IOException {
    session.io().unlinkIfExists(paths.mountChanging(container));
  }
}
