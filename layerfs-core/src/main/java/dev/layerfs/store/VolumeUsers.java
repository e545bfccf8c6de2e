package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who uses volumes: containers that have them in their records, and whoever has one open, who notes that in the lease of his
 * session. Notes are made, and who finds none acts, under the volume's lock.
 */
final class VolumeUsers {
  private static final String MARK = "volume-";
  private static final char NUMBER = '@'; // no name has it

  private final Session session;
  private final ContainerList containers;
  private final Mounts mounts;
  private final AtomicLong next = new AtomicLong();

  VolumeUsers(Session session, ContainerList containers, Mounts mounts) {
    this.session = session;
    this.containers = containers;
    this.mounts = mounts;
  }

  /** Notes that a volume is in use here; the caller has its lock. */
  LockFile.Held mark(VolumeName name) throws IOException {
    Path mark = session.newNote(MARK + name + NUMBER + next.getAndIncrement());
    session.io().create(mark).close();
    return () -> session.io().unlinkIfExists(mark);
  }

  /** Returns the volumes that somebody has open, in any process. */
  Set<VolumeName> open() throws IOException {
    Set<VolumeName> open = new HashSet<>();
    for (Path file : session.notes(MARK)) {
      String note = file.getFileName().toString();
      int number = note.indexOf(NUMBER);
      if (number > 0) {
        VolumeName.parse(note.substring(MARK.length(), number)).ifPresent(open::add);
      }
    }
    return open;
  }

  /** Returns those of some containers that have a volume in their record. */
  static List<ContainerRecord> containersWith(VolumeName name, List<ContainerRecord> containers) {
    VolumeSource named = new VolumeSource.Named(name);
    return containers.stream()
        .filter(container ->
            container.volumes().stream().anyMatch(use -> use.source().equals(named)))
        .toList();
  }

  /**
   * Checks that nobody needs a volume; the caller has its lock.
   *
   * @throws InUseException if somebody has it open, or a container has it in its record
   * @throws dev.layerfs.error.StoreCorruptException if the record of any container is damaged, so that nobody knows
   */
  void requireUnused(VolumeName name) throws IOException {
    requireClosed(name);
    for (ContainerRecord container : containersWith(name, containers.readAll())) {
      throw new InUseException("volume " + name, "is needed by container " + container.id());
    }
  }

  /**
   * Checks that nobody reads or writes a volume; the caller has its lock.
   *
   * @throws InUseException if somebody has it open, or a container that has it is mounted
   */
  void requireIdle(VolumeName name) throws IOException {
    requireClosed(name);
    for (ContainerRecord container : containersWith(name, containers.readAll())) {
      mounts.requireNotSeen(container.id());
    }
  }

  private void requireClosed(VolumeName name) throws IOException {
    if (open().contains(name)) {
      throw new InUseException("volume " + name, "is open");
    }
  }

  /** Returns which containers, of those whose records can be read, have which volumes. */
  Map<VolumeName, Set<Id>> needs() throws IOException {
    Map<VolumeName, Set<Id>> needs = new HashMap<>();
    for (ContainerRecord container : containers.list()) {
      for (VolumeUse use : container.volumes()) {
        if (use.source() instanceof VolumeSource.Named named) {
          needs.computeIfAbsent(named.name(), name -> new TreeSet<>()).add(container.id());
        }
      }
    }
    return needs;
  }
}
