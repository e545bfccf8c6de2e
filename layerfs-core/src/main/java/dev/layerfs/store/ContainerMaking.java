package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Makes the directories of containers. The caller has the container's lock. */
final class ContainerMaking {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final ContainerNames names;
  private final ImageListFile imageList;
  private final Documents documents;

  ContainerMaking(
      Session session,
      ContainerNames names,
      ImageListFile imageList,
      Documents documents) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.names = names;
    this.imageList = imageList;
    this.documents = documents;
  }

  /** Makes a container that can be opened; if anything fails there is none. */
  void make(ContainerRecord record) throws IOException {
    Path staged = session.newPath();
    Path target = paths.container(record.id());
    boolean claimed = false;
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
      if (!record.ephemeral()) {
        io.syncDirectory(paths.containers());
      }
      requireListed(record); // last: a removal that has not seen this container is seen here
    } catch (IOException | RuntimeException e) {
      session.discard(staged);
      session.delete(target);
      if (claimed) {
        names.release(record.name().orElseThrow(), record.id());
      }
      throw e;
    }
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

  /** An ephemeral container does not outlive its process, so nothing of it needs to be durable. */
  private void stage(ContainerRecord record, Path staged) throws IOException {
    io.mkdir(staged);
    Path file = staged.resolve(paths.containerRecord(record.id()).getFileName());
    try (FileChannel channel = io.create(file)) {
      io.write(channel, ByteBuffer.wrap(RecordFile.encode(record.toJson())));
      if (!record.ephemeral()) {
        io.force(channel);
      }
    }
    if (!record.ephemeral()) {
      io.syncDirectory(staged);
    }
  }
}
