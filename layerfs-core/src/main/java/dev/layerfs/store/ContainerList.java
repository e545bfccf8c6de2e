package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The records of the containers. */
final class ContainerList {
  private final Session session;
  private final StorePaths paths;

  ContainerList(Session session) {
    this.session = session;
    this.paths = session.paths();
  }

  boolean exists(Id id) {
    return Files.exists(paths.container(id), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads a container's record.
   *
   * @throws NotFoundException if there is no such container
   * @throws StoreCorruptException if the record is damaged
   */
  ContainerRecord read(Id id) throws IOException {
    try {
      return ContainerRecord.read(paths.containerRecord(id), id);
    } catch (NoSuchFileException e) {
      if (exists(id)) {
        throw new StoreCorruptException("container " + id, "its record is missing; remove it");
      }
      throw new NotFoundException("container", id.toString());
    }
  }

  /** Returns the records that can be read, the oldest first. */
  List<ContainerRecord> list() throws IOException {
    List<ContainerRecord> records = new ArrayList<>();
    for (Id id : ids()) {
      try {
        records.add(read(id));
      } catch (NotFoundException | StoreCorruptException e) {
        // Removed meanwhile, or damaged: who asks for it by its id is told.
      }
    }
    records.sort(Comparator.comparing(ContainerRecord::created).thenComparing(ContainerRecord::id));
    return records;
  }

  /**
   * Returns all records, in no order.
   *
   * @throws StoreCorruptException if one is damaged
   */
  List<ContainerRecord> readAll() throws IOException {
    List<ContainerRecord> records = new ArrayList<>();
    for (Id id : ids()) {
      try {
        records.add(read(id));
      } catch (NotFoundException e) {
        // removed meanwhile
      }
    }
    return records;
  }

  List<Id> ids() throws IOException {
    List<Id> ids = new ArrayList<>();
    for (Path entry : StoreFiles.list(paths.containers())) {
      Id.parse(entry.getFileName().toString()).ifPresent(ids::add);
    }
    return ids;
  }

  /** Returns the containers that somebody has open, in any process. */
  Set<Id> open() throws IOException {
    Set<Id> open = new HashSet<>();
    for (Id other : session.sessions(paths.leases())) {
      List<Session.Mark> marks = session.marks(other);
      if (!marks.isEmpty() && session.isAlive(other)) {
        marks.forEach(mark -> open.add(mark.container()));
      }
    }
    for (Id id : ids()) {
      if (session.isHeldHere(id) || session.maker(id).isPresent()) {
        open.add(id);
      }
    }
    return open;
  }
}
