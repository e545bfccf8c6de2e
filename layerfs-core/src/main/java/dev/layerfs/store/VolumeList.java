package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The records of the volumes. */
final class VolumeList {
  private final StorePaths paths;

  VolumeList(StorePaths paths) {
    this.paths = paths;
  }

  boolean exists(VolumeName name) {
    return Files.exists(paths.volume(name), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads a volume's record.
   *
   * @throws NotFoundException if there is no such volume
   * @throws StoreCorruptException if the record is damaged
   */
  VolumeRecord read(VolumeName name) throws IOException {
    try {
      return VolumeRecord.read(paths.volumeRecord(name), name);
    } catch (NoSuchFileException e) {
      if (exists(name)) {
        throw new StoreCorruptException("volume " + name, "its record is missing");
      }
      throw new NotFoundException("volume", name.text());
    }
  }

  /** Returns the records that can be read, by name. */
  List<VolumeRecord> list() throws IOException {
    List<VolumeRecord> records = new ArrayList<>();
    for (VolumeName name : names()) {
      try {
        records.add(read(name));
      } catch (NotFoundException | StoreCorruptException e) {
        // Removed meanwhile, or damaged: who asks for it by its name is told.
      }
    }
    return records;
  }

  /** Returns the names, sorted. */
  List<VolumeName> names() throws IOException {
    List<VolumeName> names = new ArrayList<>();
    for (Path entry : StoreFiles.list(paths.volumes())) {
      VolumeName.parse(entry.getFileName().toString()).ifPresent(names::add);
    }
    Collections.sort(names);
    return names;
  }
}
