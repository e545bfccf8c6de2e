package dev.layerfs.store;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.volume.HostViewOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a store. One comes into being, and ends, by the rename of its directory between {@code staging} and {@code
 * volumes}; whoever opens, removes, fills or restores one has its lock for as long as that takes. Safe for use by several
 * threads.
 */
public final class Volumes {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final VolumeList list;
  private final VolumeUsers users;
  private final VolumeDrivers drivers;
  private final BestFormat formats;

  Volumes(
      Session session,
      ContainerList containers,
      Mounts mounts,
      BestFormat formats,
      HostRoots roots) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.list = new VolumeList(paths);
    this.users = new VolumeUsers(session, containers, mounts);
    this.drivers = new VolumeDrivers(session, mounts, roots);
    this.formats = formats;
  }

  /** What is done while nobody else opens, removes, fills or restores a volume. */
  @FunctionalInterface
  interface Step<T extends @Nullable Object> {
    T take() throws IOException;
  }

  <T extends @Nullable Object> T locked(VolumeName name, Step<T> step) throws IOException {
    try (LockFile.Held lock = session.locks().lockVolume(name)) {
      return step.take();
    }
  }

  /**
   * Makes a volume.
   *
   * @param driver where its content is; if absent, in the store
   * @return its record
   * @throws AlreadyExistsException if there is one of that name
   */
  public VolumeRecord create(
      VolumeName name, Map<String, String> labels, Optional<VolumeDriver> driver)
      throws IOException {
    if (driver.isPresent()) {
      drivers.check(driver.get());
    }
    VolumeRecord record = record(name, labels, false, driver);
    return add(record, directory -> drivers.prepare(record, directory), () -> record);
  }

  private VolumeRecord record(
      VolumeName name, Map<String, String> labels, boolean anonymous, Optional<VolumeDriver> driver)
      throws IOException {
    VolumeDriver chosen = driver.isPresent() ? driver.get() : formats.ofVolumes();
    return new VolumeRecord(name, Instant.now(), labels, anonymous, chosen);
  }

  /** Fills the directory of a new volume. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** So nobody can remove it in between. */
  private OpenVolume addAndOpen(VolumeRecord record, Filling filling) throws IOException {
    return add(record, filling, () -> open(record));
  }

  /** Makes a volume and does something before anybody else can. */
  private <T> T add(VolumeRecord record, Filling filling, Step<T> then) throws IOException {
    Path staged = session.newPath();
    try {
      stage(record, filling, staged);
      return locked(record.name(), () -> {
        putInPlace(record, staged);
        return then.take();
      });
    } finally {
      session.discard(staged);
    }
  }

  private void stage(VolumeRecord record, Filling filling, Path staged) throws IOException {
    io.mkdir(staged);
    filling.fill(staged);
    Path file = staged.resolve(paths.volumeRecord(record.name()).getFileName());
    RecordFile.create(io, file, record.toJson());
    io.syncDirectory(staged);
  }

  /** The caller has the volume's lock. */
  private void putInPlace(VolumeRecord record, Path staged) throws IOException {
    if (list.exists(record.name())) {
      throw new AlreadyExistsException("volume", record.name().text());
    }
    io.rename(staged, paths.volume(record.name()));
    io.syncDirectory(paths.volumes());
  }

  /**
   * Makes a volume with the content of a directory of any view.
   *
   * @throws AlreadyExistsException if there is one of that name
   */
  public VolumeRecord createWith(
      VolumeName name, Map<String, String> labels, PosixView from, Node source) throws IOException {
    requireFree(name);
    VolumeRecord record = record(name, labels, false, Optional.empty());
    return add(record, copyOf(record, from, source), () -> record);
  }

  /** Copies may take long, so it is better to know before. */
  private void requireFree(VolumeName name) throws AlreadyExistsException {
    if (list.exists(name)) {
      throw new AlreadyExistsException("volume", name.text());
    }
  }

  private Filling copyOf(VolumeRecord record, PosixView from, Node source) {
    VolumeDriver.Data data = (VolumeDriver.Data) record.driver();
    return directory -> VolumeContents.make(session, directory, data, from, source);
  }

  /** Makes and opens an anonymous volume with the content that an open one has now. */
  OpenVolume cloneAnonymous(OpenVolume original) throws IOException {
    Map<String, String> labels = original.record().labels();
    try (PosixView view = original.view(HostViewOptions.DEFAULT)) {
      VolumeRecord record = record(VolumeName.random(), labels, true, Optional.empty());
      return addAndOpen(record, copyOf(record, view, view.root()));
    }
  }

  /**
   * Makes a volume with the content that another has now.
   *
   * @throws NotFoundException if there is no such volume
   * @throws AlreadyExistsException if there is one of the new name
   */
  public VolumeRecord cloneTo(VolumeName original, VolumeName name, Map<String, String> labels)
      throws IOException {
    try (OpenVolume open = open(original);
        PosixView view = open.view(HostViewOptions.DEFAULT)) {
      return createWith(name, labels, view, view.root());
    }
  }

  /**
   * Opens a volume.
   *
   * @throws NotFoundException if there is none
   * @throws StoreCorruptException if its record is damaged
   */
  public OpenVolume open(VolumeName name) throws IOException {
    return locked(name, () -> open(list.read(name)));
  }

  /** Opens a volume, made first if there is none. */
  OpenVolume openOrMake(VolumeName name, boolean anonymous) throws IOException {
    if (!list.exists(name)) {
      VolumeRecord record = record(name, Map.of(), anonymous, Optional.empty());
      try {
        return addAndOpen(record, directory -> drivers.prepare(record, directory));
      } catch (AlreadyExistsException e) {
        // somebody else was faster
      }
    }
    return open(name);
  }

  /** The caller has its lock. */
  private OpenVolume open(VolumeRecord record) throws IOException {
    LockFile.Held mark = users.mark(record.name());
    try {
      return drivers.open(this, record, mark);
    } catch (IOException | RuntimeException e) {
      mark.close();
      throw e;
    }
  }

  /**
   * Reads a volume's record.
   *
   * @throws NotFoundException if there is no such volume
   * @throws StoreCorruptException if the record is damaged
   */
  public VolumeRecord read(VolumeName name) throws IOException {
    return list.read(name);
  }

  /** Returns the records that can be read, by name. */
  public List<VolumeRecord> list() throws IOException {
    return list.list();
  }

  /** Returns the volumes that somebody has open, in any process. */
  public Set<VolumeName> open() throws IOException {
    return users.open();
  }

  /** Returns the snapshots of the volumes. */
  public VolumeSnapshots snapshots() {
    return new VolumeSnapshots(session, this, formats);
  }

  /** Returns which containers, of those whose records can be read, have which volumes. */
  public Map<VolumeName, Set<Id>> needs() throws IOException {
    return users.needs();
  }

  boolean exists(VolumeName name) {
    return list.exists(name);
  }

  /** Returns the length of a volume's files, with those of its snapshots. */
  long bytes(VolumeName name) throws IOException {
    return DiskSpace.of(paths.volume(name));
  }

  /** Returns the directory that holds the content of a volume of the store. */
  public Path data(VolumeName name) {
    return paths.volume(name).resolve(VolumeTree.DATA_DIRECTORY);
  }

  VolumeUsers users() {
    return users;
  }

  VolumeDrivers drivers() {
    return drivers;
  }

  /**
   * Removes a volume, whatever state it is in, with its snapshots.
   *
   * @return bytes of the files that were deleted
   * @throws NotFoundException if there is none
   * @throws InUseException while somebody has it open, or a container has it in its record
   * @throws StoreCorruptException if the record of a container is damaged, which may need it
   */
  public long remove(VolumeName name) throws IOException {
    return locked(name, () -> {
      if (!list.exists(name)) {
        throw new NotFoundException("volume", name.text());
      }
      users.requireUnused(name);
      return delete(name);
    });
  }

  /** Deletes it; the caller has its lock. What is mounted in it must not be deleted with it. */
  private long delete(VolumeName name) throws IOException {
    drivers.release(name);
    long freed = session.delete(paths.volume(name));
    io.syncDirectory(paths.volumes());
    return freed;
  }

  /** Removes the volumes that were made for a container which is no more, unless others use them. */
  void removeAnonymous(List<VolumeUse> uses) throws IOException {
    for (VolumeUse use : uses) {
      if (use.source() instanceof VolumeSource.Named named) {
        removeIfAnonymous(named.name());
      }
    }
  }

  private void removeIfAnonymous(VolumeName name) throws IOException {
    try {
      if (list.read(name).anonymous()) {
        remove(name);
      }
    } catch (NotFoundException | InUseException e) {
      // that is as it should be
    } catch (StoreCorruptException e) {
      // nobody knows whose it is; it stays until somebody removes or prunes it
    }
  }

  /** Unmounts what a kernel had to mount for some uses, unless others use it. */
  void unmountUnused(List<VolumeUse> uses) throws IOException {
    for (VolumeUse use : uses) {
      if (use.source() instanceof VolumeSource.Named named) {
        unmountUnused(named.name());
      }
    }
  }

  /** Unmounts what a kernel had to mount for a volume, unless somebody uses it. */
  void unmountUnused(VolumeName name) throws IOException {
    locked(name, () -> {
      drivers.foreign().unmountUnused(name);
      return null;
    });
  }

  /** Takes away what dead processes, or failures, have left: anonymous volumes of no container, and copies that were begun. */
  public void sweep() throws IOException {
    Set<VolumeName> needed = new HashSet<>(users.open());
    needed.addAll(users.needs().keySet());
    for (VolumeName name : list.names()) {
      if (!needed.contains(name)) {
        removeIfAnonymous(name);
      }
      clean(name);
    }
  }

  private void clean(VolumeName name) throws IOException {
    locked(name, () -> {
      Path directory = paths.volume(name);
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && !users.open().contains(name)) {
        drivers.foreign().unmountUnused(name);
        VolumeTree.clean(session, directory);
      }
      return null;
    });
  }
}
