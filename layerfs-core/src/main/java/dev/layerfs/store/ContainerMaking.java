package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the directories of containers. The caller has the container's lock. */
final class ContainerMaking {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final ContainerNames names;
  private final ImageListFile imageList;
  private final Documents documents;

  ContainerMaking(
      Session session, ContainerNames names, ImageListFile imageList, Documents documents) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.names = names;
    this.imageList = imageList;
    this.documents = documents;
  }

  /**
   * Makes a container that can be opened; if anything fails there is none. Everything gets its place first, and is then made
   * durable at once: one round of the disk. What power loss leaves of one that was not finished has an incomplete record and
   * nothing else ({@link #isUnfinished}).
   */
  void make(ContainerRecord record) throws IOException {
    Path staged = session.newPath();
    Path target = paths.container(record.id());
    boolean claimed = false;
    boolean placed = false;
    try {
      stage(record, staged);
      if (record.name().isPresent()) {
        names.claim(record.name().get(), record.id());
        claimed = true;
      }
      if (!record.ephemeral()) {
        syncNames(record); // first: a container that power loss leaves has its name
      }
      io.rename(staged, target);
      placed = true;
      if (!record.ephemeral()) {
        sync(record.id());
      }
      requireListed(record); // last: a removal that has not seen this container is seen here
    } catch (IOException | RuntimeException e) {
      session.discard(staged);
      if (placed) {
        session.delete(target);
      }
      if (claimed) {
        names.release(record.name().orElseThrow(), record.id());
      }
      throw e;
    }
  }

  private void sync(Id container) throws IOException {
    io.syncFile(paths.containerRecord(container));
    io.syncDirectory(paths.container(container));
    io.syncDirectory(paths.containers());
  }

  private void syncNames(ContainerRecord record) throws IOException {
    if (record.name().isPresent()) {
      io.syncDirectory(paths.names());
    }
  }

  private void requireListed(ContainerRecord record) throws IOException {
    Digest image = record.image().digest();
    ImageList images = imageList.read();
    if (!images.contains(image) && !isInIndex(images, image)) {
      throw new NotFoundException("image", image.toString());
    }
  }

  private boolean isInIndex(ImageList images, Digest image) throws IOException {
    for (Descriptor entry : images.entries()) {
      if (entry.mediaType().isIndex() && documents.graph(entry).has(image)) {
        return true;
      }
    }
    return false;
  }

  private void stage(ContainerRecord record, Path staged) throws IOException {
    io.mkdir(staged);
    Path file = staged.resolve(paths.containerRecord(record.id()).getFileName());
    RecordFile.note(io, file, record.toJson());
  }

  /**
   * Tells whether a directory is what power loss has left of a container that was being made: it has nothing but a record, if
   * that, and the record was not written whole. Nobody has ever had such a container.
   *
   * @param container the directory
   */
  static boolean isUnfinished(Path container) throws IOException {
    List<Path> files = StoreFiles.list(container);
    return files.isEmpty()
        || (files.size() == 1
            && files.get(0).endsWith(StorePaths.CONTAINER_RECORD)
            && RecordFile.isCutShort(Files.readAllBytes(files.get(0))));
  }
}
