package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Checks volumes: their records. Their content is whoever's who has them, and has no checksum. */
final class VolumeCheck {
  private final Session session;
  private final StorePaths paths;

  VolumeCheck(Session session) {
    this.session = session;
    this.paths = session.paths();
  }

  void check(CheckRun run) throws IOException {
    for (Path directory : StoreFiles.list(paths.volumes())) {
      run.count();
      Optional<VolumeName> name =
          VolumeName.parse(Objects.requireNonNull(directory.getFileName()).toString());
      if (name.isPresent()) {
        check(run, name.get());
      } else {
        run.leftover(Item.file(paths, directory), LayoutCheck.STRANGE, "delete it");
      }
    }
  }

  private void check(CheckRun run, VolumeName name) throws IOException {
    Path file = paths.volumeRecord(name);
    try {
      VolumeRecord.read(file, name);
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    } catch (StoreCorruptException e) {
      run.damaged(
          Item.volume(name),
          "the record is damaged",
          "layerfs check --repair, or remove it: nothing has a copy of it",
          () -> mend(file));
    }
  }

  private boolean mend(Path file) throws IOException {
    Optional<byte[]> record = RecordFile.mend(Files.readAllBytes(file));
    if (record.isPresent()) {
      session.replace(file, record.get());
    }
    return record.isPresent();
  }
}
