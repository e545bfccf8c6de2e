package dev.layerfs;

import dev.layerfs.build.VolumeArtifact;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import dev.layerfs.posix.PosixView;
import dev.layerfs.store.Id;
import dev.layerfs.store.OpenVolume;
import dev.layerfs.store.SnapshotRecord;
import dev.layerfs.store.VolumeName;
import dev.layerfs.store.VolumeSnapshots;
import dev.layerfs.volume.HostViewOptions;
import java.io.IOException;
import java.util.List;

/** A volume of a {@link DirectoryStore}. */
final class StoreVolume implements Volume {
  private final DirectoryStore store;
  private final VolumeName name;

  StoreVolume(DirectoryStore store, VolumeName name) {
    this.store = store;
    this.name = name;
  }

  private dev.layerfs.store.Volumes engine() {
    return store.engine().volumes();
  }

  private VolumeSnapshots engineSnapshots() {
    return engine().snapshots();
  }

  @Override
  public String name() {
    return name.text();
  }

  @Override
  public VolumeInfo info() throws IOException {
    return new StoreVolumes(store).info(name);
  }

  @Override
  public Rootfs open() throws IOException {
    return OpenRootfs.ofVolume(store, engine().open(name));
  }

  @Override
  public VolumeSnapshot snapshot() throws IOException {
    return snapshot(engineSnapshots().make(name));
  }

  private static VolumeSnapshot snapshot(SnapshotRecord record) {
    return new VolumeSnapshot(record.id().toString(), record.created());
  }

  @Override
  public List<VolumeSnapshot> snapshots() throws IOException {
    return engineSnapshots().list(name).stream().map(StoreVolume::snapshot).toList();
  }

  private Id id(VolumeSnapshot snapshot) throws IOException {
    return Id.parse(snapshot.id())
        .orElseThrow(() -> new NotFoundException("snapshot of volume " + name, snapshot.id()));
  }

  @Override
  public void restore(VolumeSnapshot snapshot) throws IOException {
    engineSnapshots().restore(name, id(snapshot));
  }

  @Override
  public void removeSnapshot(VolumeSnapshot snapshot) throws IOException {
    engineSnapshots().remove(name, id(snapshot));
  }

  @Override
  public Volume cloneTo(String newName, VolumeOptions options) throws IOException {
    VolumeName parsed = VolumeMounts.name(newName);
    engine().cloneTo(name, parsed, StoreVolumes.labels(options));
    return new StoreVolume(store, parsed);
  }

  @Override
  public Digest export(String reference) throws IOException {
    try (OpenVolume volume = engine().open(name);
        PosixView view = volume.view(HostViewOptions.DEFAULT.unchangeable())) {
      return new VolumeArtifact(store.engine())
          .export(view, DirectoryStore.taggedReference(reference));
    }
  }
}
