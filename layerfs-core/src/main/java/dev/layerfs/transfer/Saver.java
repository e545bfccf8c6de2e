package dev.layerfs.transfer;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Interruption;
import dev.layerfs.store.Progress;
import dev.layerfs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Writes images of a store to where other tools find them. While it does, nothing of them can be removed. */
public final class Saver {
  private final Store store;
  private final List<String> references;
  private final Progress.Listener listener;

  /**
   * Prepares.
   *
   * @param store the images' store
   * @param references their names or digests
   * @param listener is told how much of the blobs was read
   */
  public Saver(Store store, List<String> references, Progress.Listener listener) {
    this.store = store;
    this.references = List.copyOf(references);
    this.listener = listener;
  }

  /**
   * Looks for the images.
   *
   * @throws dev.layerfs.error.NotFoundException if there is no such image
   */
  public void requireImages() throws IOException {
    images();
  }

  private interface Writing {
    void write(List<SavedImage> images) throws IOException;
  }

  /** Writes an OCI archive; the stream should buffer, and is not closed. */
  public void saveOciArchive(OutputStream out) throws IOException {
    protecting(images -> writeLayout(images, new ArchiveOutput(out)));
  }

  /** Writes an OCI layout into a directory that is empty or does not exist. */
  public void saveOciLayout(Path directory) throws IOException {
    protecting(images -> {
      Files.createDirectories(directory);
      try (Stream<Path> content = Files.list(directory)) {
        if (content.findAny().isPresent()) {
          throw new DirectoryNotEmptyException(directory.toString());
        }
      }
      writeLayout(images, new DirectoryOutput(directory));
    });
  }

  /** Writes a docker archive; the stream should buffer, and is not closed. */
  public void saveDockerArchive(OutputStream out) throws IOException {
    protecting(images ->
        new DockerArchiveOutput(store, new ArchiveOutput(out), listener).write(references));
  }

  private void protecting(Writing writing) throws IOException {
    Interruption.heeded("save", () -> {
      write(writing);
      return references;
    });
  }

  private void write(Writing writing) throws IOException {
    try (Ingest lease = store.ingest(Limits.DEFAULT)) {
      List<SavedImage> images = images();
      Set<Digest> digests = new TreeSet<>(byText());
      images.forEach(image -> image.blobs().forEach(blob -> digests.add(blob.digest())));
      lease.protect(digests, Set.of(), Set.of());
      for (SavedImage image : images) {
        for (Descriptor blob : image.blobs()) {
          if (!lease.hasBlob(blob)) {
            throw new StoreCorruptException("blob " + blob.digest(), "is missing");
          }
        }
      }
      writing.write(images);
    }
  }

  private static Comparator<Digest> byText() {
    return Comparator.comparing(Digest::toString);
  }

  private List<SavedImage> images() throws IOException {
    List<SavedImage> images = new ArrayList<>();
    for (String reference : references) {
      Descriptor entry = store.images().entry(reference);
      images.add(new SavedImage(entry, store.images().contents(entry)));
    }
    return images;
  }

  private void writeLayout(List<SavedImage> images, ImageOutput out) throws IOException {
    out.file(ImageLayout.MARKER_FILE, ImageLayout.marker());
    List<Descriptor> entries = images.stream().map(SavedImage::entry).distinct().toList();
    out.file(ImageLayout.INDEX_FILE, Index.empty().withManifests(entries).bytes());
    TreeMap<Digest, Descriptor> blobs = new TreeMap<>(byText());
    images.forEach(image -> image.blobs().forEach(blob -> blobs.put(blob.digest(), blob)));
    out.directory(ImageLayout.BLOBS_DIRECTORY);
    Progress progress = new Progress(
        listener, blobs.values().stream().mapToLong(Descriptor::size).sum());
    Set<String> algorithms = new TreeSet<>();
    for (Descriptor blob : blobs.values()) {
      String algorithm = blob.digest().algorithm();
      if (algorithms.add(algorithm)) {
        out.directory(ImageLayout.BLOBS_DIRECTORY + "/" + algorithm);
      }
      try (InputStream content =
          progress.counting(store.openBlob(blob), blob.digest().toString())) {
        out.file(ImageLayout.blobPath(blob.digest()), blob.size(), content);
      }
    }
    out.finish();
  }
}
