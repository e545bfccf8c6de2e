package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.spi.Redaction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Set;

/** Finds the content of volumes, and of what else is mounted in containers. */
final class VolumeDrivers {
  private static final Set<String> BINDS = Set.of("bind", "rbind");

  private final Session session;
  private final StorePaths paths;
  private final HostRoots roots;
  private final ForeignVolumes foreign;
  private final OpenTrees trees;

  VolumeDrivers(Session session, Mounts mounts, HostRoots roots) {
    this.session = session;
    this.roots = roots;
    this.paths = session.paths();
    this.foreign = new ForeignVolumes(session, mounts);
    this.trees = new OpenTrees(session);
  }

  /** Returns the volumes that are mounted before they can be opened. */
  ForeignVolumes foreign() {
    return foreign;
  }

  /**
   * Checks what is asked of a new volume.
   *
   * @throws java.nio.file.AccessDeniedException if its content is where none may be mounted from
   */
  void check(VolumeDriver driver) throws IOException {
    if (driver instanceof VolumeDriver.Location location) {
      place(location.uri());
    }
    if (driver instanceof VolumeDriver.Kernel kernel
        && kernel.options().stream().anyMatch(BINDS::contains)) {
      roots.resolve(Path.of(kernel.device()));
    }
  }

  /** Makes what a new volume needs in its directory. */
  void prepare(VolumeRecord record, Path directory) throws IOException {
    if (record.driver() instanceof VolumeDriver.Data data) {
      VolumeTree.create(session, directory, data);
    }
  }

  /** Opens a volume; the caller has its lock. */
  OpenVolume open(Volumes volumes, VolumeRecord record, LockFile.Held mark) throws IOException {
    if (record.driver() instanceof VolumeDriver.Data data) {
      OpenTrees.Use use = trees.open(record.name(), data);
      return new OpenVolume(volumes, record, use.place(), use.tree(), use, mark);
    }
    HostPlace place = place(record);
    return new OpenVolume(volumes, record, place, null, place, mark);
  }

  private HostPlace place(VolumeRecord record) throws IOException {
    if (record.driver() instanceof VolumeDriver.Kernel kernel) {
      return HostPlace.of(foreign.mount(record.name(), kernel));
    }
    return place(((VolumeDriver.Location) record.driver()).uri());
  }

  /** Returns the place of what is no volume of the store, and not in memory. */
  HostPlace place(VolumeSource source) throws IOException {
    return source instanceof VolumeSource.HostPath host
        ? place(host.path())
        : place(((VolumeSource.Location) source).uri());
  }

  /** Returns the place of a directory or file of the host. */
  HostPlace place(Path path) throws IOException {
    return HostPlace.of(roots.resolve(path));
  }

  /**
   * Returns the place of a directory or file of any provider.
   *
   * @throws NotFoundException if no file system for it is open in this process
   */
  HostPlace place(URI uri) throws IOException {
    try {
      Path path = Path.of(uri);
      return path.getFileSystem().equals(FileSystems.getDefault())
          ? place(path)
          : HostPlace.of(path);
    } catch (FileSystemNotFoundException | IllegalArgumentException e) {
      // without the cause, which would show the password
      throw new NotFoundException("open file system of this process for", Redaction.uri(uri));
    }
  }

  /**
   * Lets go of what is mounted for a volume that is to be deleted, which would go with it otherwise.
   *
   * @throws InUseException if it can't
   */
  void release(VolumeName name) throws IOException {
    foreign.unmountUnused(name);
    Path mount = paths.volumeMount(name);
    try {
      session
          .io()
          .unlinkIfExists(
              mount); // fails if something is mounted there, or was and has left something
    } catch (FileSystemException e) {
      InUseException inUse = new InUseException("volume " + name, "is mounted at " + mount);
      inUse.initCause(e);
      throw inUse;
    }
  }
}
