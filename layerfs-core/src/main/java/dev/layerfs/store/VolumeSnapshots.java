package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.volume.HostViewOptions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was in volumes at some moments: trees of their own, beside the volume's. Safe for use by several threads. */
public final class VolumeSnapshots {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final Volumes volumes;
  private final BestFormat formats;

  VolumeSnapshots(Session session, Volumes volumes, BestFormat formats) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.volumes = volumes;
    this.formats = formats;
  }

  /**
   * Remembers what is in a volume.
   *
   * @throws NotFoundException if there is no such volume
   */
  public SnapshotRecord make(VolumeName name) throws IOException {
    SnapshotRecord record = new SnapshotRecord(Id.random(), Instant.now(), formats.ofVolumes());
    Path staged = session.newPath();
    try (OpenVolume volume = volumes.open(name);
        PosixView view = volume.view(HostViewOptions.DEFAULT)) {
      io.mkdir(staged);
      VolumeContents.make(session, staged, record.data(), view, view.root());
      RecordFile.create(io, staged.resolve(SnapshotRecord.FILE), record.toJson());
      io.syncDirectory(staged);
      makeParent(name);
      io.rename(staged, paths.snapshot(name, record.id()));
      io.syncDirectory(paths.snapshots(name));
    } finally {
      session.discard(staged);
    }
    return record;
  }

  private void makeParent(VolumeName name) throws IOException {
    try {
      io.mkdir(paths.snapshots(name));
      io.syncDirectory(paths.volume(name));
    } catch (FileAlreadyExistsException e) {
      // there is another snapshot, or was
    }
  }

  /**
   * Returns the snapshots of a volume that can be read, the oldest first.
   *
   * @throws NotFoundException if there is no such volume
   */
  public List<SnapshotRecord> list(VolumeName name) throws IOException {
    volumes.read(name);
    List<SnapshotRecord> records = new ArrayList<>();
    for (Path entry : StoreFiles.list(paths.snapshots(name))) {
      Id id = Id.parse(entry.getFileName().toString()).orElse(null);
      if (id != null) {
        try {
          records.add(read(name, id));
        } catch (NotFoundException | StoreCorruptException e) {
          // removed meanwhile, or damaged: who asks for it is told
        }
      }
    }
    records.sort(Comparator.comparing(SnapshotRecord::created).thenComparing(SnapshotRecord::id));
    return records;
  }

  private SnapshotRecord read(VolumeName name, Id id) throws IOException {
    try {
      return SnapshotRecord.read(paths.snapshot(name, id), id);
    } catch (NoSuchFileException e) {
      throw new NotFoundException("snapshot of volume " + name, id.toString());
    }
  }

  /**
   * Puts a volume back to what it was.
   *
   * @throws NotFoundException if there is no such volume or snapshot
   * @throws dev.layerfs.error.InUseException while somebody has the volume open, or it is mounted
   * @throws PosixException {@link Errno#ENOTSUP} if the volume's content is not in the store
   */
  public void restore(VolumeName name, Id id) throws IOException {
    volumes.locked(name, () -> {
      VolumeRecord volume = volumes.read(name);
      if (!(volume.driver() instanceof VolumeDriver.Data data)) {
        throw new PosixException(Errno.ENOTSUP, "volume " + name + ": its content is elsewhere");
      }
      SnapshotRecord snapshot = read(name, id);
      volumes.users().requireIdle(name);
      restore(paths.volume(name), data, paths.snapshot(name, id), snapshot.data());
      return null;
    });
  }

  private void restore(
      Path volume, VolumeDriver.Data volumeData, Path snapshot, VolumeDriver.Data snapshotData)
      throws IOException {
    try (VolumeTree target = VolumeTree.open(session, volume, volumeData);
        VolumeTree source = VolumeTree.open(session, snapshot, snapshotData);
        PosixView view = source.view(source.root(), HostViewOptions.DEFAULT)) {
      VolumeContents.finish(target);
      VolumeContents.replace(target, view, view.root());
    }
  }

  /**
   * Forgets a snapshot, whatever state it is in.
   *
   * @throws NotFoundException if there is no such volume or snapshot
   */
  public void remove(VolumeName name, Id id) throws IOException {
    volumes.locked(name, () -> {
      if (!StoreFiles.list(paths.snapshots(name)).contains(paths.snapshot(name, id))) {
        throw new NotFoundException("snapshot of volume " + name, id.toString());
      }
      session.delete(paths.snapshot(name, id));
      io.syncDirectory(paths.snapshots(name));
      return null;
    });
  }
}
