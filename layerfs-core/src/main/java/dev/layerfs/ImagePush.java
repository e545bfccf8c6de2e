package dev.layerfs;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.store.ImageBlobs;
import dev.layerfs.store.Progress;
import dev.layerfs.transfer.ParallelTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pushes an image: its blobs, several at once; then its manifests; then the indexes that name these; and under the tag last
 * of all, so that whoever asks for the tag gets an image that is there.
 */
final class ImagePush {
  /** A blob takes three answers of the registry, so most of the time of small ones is waiting. */
  private static final int BLOBS_AT_ONCE = 6;

  private final RegistryClient client;
  private final ImageBlobs image;
  private final Reference destination;
  private final PushOptions options;
  private final Optional<String> mountFrom;
  private final Progress progress;

  /**
   * Prepares.
   *
   * @param client asks the registry
   * @param image what to push
   * @param destination where to, with a tag
   * @param options how to push
   * @param mountFrom a repository of the same registry that may have blobs
   */
  ImagePush(
      RegistryClient client,
      ImageBlobs image,
      Reference destination,
      PushOptions options,
      Optional<String> mountFrom) {
    this.client = client;
    this.image = image;
    this.destination = destination;
    this.options = options;
    this.mountFrom = mountFrom;
    this.progress = new Progress(
        options.progress()::progress,
        blobs().stream().mapToLong(Descriptor::size).sum());
  }

  /** Layers that are not to be distributed are not pushed unless that is wanted (image-spec, "Non-Distributable Layers"). */
  private List<Descriptor> blobs() {
    return image.blobs().stream()
        .filter(blob -> options.nonDistributable() || !blob.mediaType().isNonDistributable())
        .sorted(Comparator.comparingLong(Descriptor::size).reversed())
        .toList();
  }

  /** Pushes; returns the digest of what the tag names then. */
  Digest run() throws IOException {
    List<ParallelTasks.Task> pushes = new ArrayList<>();
    for (Descriptor blob : blobs()) {
      pushes.add(() -> push(blob));
    }
    ParallelTasks.run("layerfs-push", BLOBS_AT_ONCE, pushes);
    for (Manifest manifest : image.manifests()) {
      pushDocument(manifest.descriptor());
    }
    for (Descriptor index : image.indexes()) {
      pushDocument(index);
    }
    return image.root().digest();
  }

  private void push(Descriptor blob) throws IOException {
    String what = blob.digest().toString();
    boolean sent = client.pushBlob(
        destination,
        blob,
        () -> image.open(blob),
        mountFrom,
        bytes -> progress.advance(what, bytes));
    if (!sent) {
      progress.advance(what, blob.size());
    }
  }

  /** The root goes under the tag, everything else under its digest. */
  private void pushDocument(Descriptor document) throws IOException {
    Reference name = document.digest().equals(image.root().digest())
        ? destination
        : new Reference(
            destination.domain(),
            destination.repository(),
            Optional.empty(),
            Optional.of(document.digest()));
    client.pushManifest(name, document.mediaType(), image.document(document));
  }
}
