package dev.layerfs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.PlatformMatcher;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import dev.layerfs.store.ImageBlobs;
import dev.layerfs.store.Store;
import dev.layerfs.transfer.LoadRequest;
import dev.layerfs.transfer.Loader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Pulls and pushes images of a store. */
final class RegistryTransfers {
  private final Store store;
  private final Platform platform;

  /**
   * Names the store.
   *
   * @param store the store
   * @param platform the platform of images for this machine
   */
  RegistryTransfers(Store store, Platform platform) {
    this.store = store;
    this.platform = platform;
  }

  /** Something that a client is needed for. */
  @FunctionalInterface
  private interface Use<T> {
    T with(RegistryClient client) throws IOException;
  }

  private static <T> T use(Optional<RegistryClient> given, Use<T> use) throws IOException {
    if (given.isPresent()) {
      return use.with(given.get());
    }
    try (RegistryClient client = RegistryClient.open(RegistryOptions.DEFAULT)) {
      return use.with(client);
    }
  }

  /** Returns the image that was pulled. */
  static Image image(String reference, List<Image> pulled) throws IOException {
    if (pulled.isEmpty()) {
      throw new UnsupportedImageException(
          reference, "is no image, but a volume; it is in the store now, to be imported");
    }
    return pulled.get(0);
  }

  /** Pulls; returns the digests of the images' manifests. */
  List<Digest> pull(Reference reference, PullOptions options) throws IOException {
    Optional<Reference> name = options.reference().isPresent()
        ? options.reference().map(RegistryTransfers::name)
        : Optional.of(reference).filter(named -> named.digest().isEmpty());
    LoadRequest request = new LoadRequest(
        Optional.empty(),
        name,
        options.platform().orElse(platform),
        options.allPlatforms(),
        true,
        options.limits());
    Loader loader = new Loader(store, request, options.progress()::progress);
    return use(
        options.client(), client -> loader.load(spool -> RegistrySource.open(client, reference)));
  }

  /** Pushes; returns the digest of what the destination names then. */
  Digest push(String source, PushOptions options) throws IOException {
    Descriptor found = store.images().descriptor(source);
    Optional<String> name = store.images().name(source);
    Reference destination = name(options
        .destination()
        .or(() -> name)
        .orElseThrow(() -> new IllegalArgumentException("no name says where to push to")));
    try (ImageBlobs image = choose(source, found, options)) {
      Optional<String> mountFrom = options.mountFrom().isPresent()
          ? options.mountFrom()
          : name.flatMap(own -> sibling(own, destination));
      return use(
          options.client(),
          client -> new ImagePush(client, image, destination, options, mountFrom).run());
    }
  }

  private ImageBlobs choose(String source, Descriptor found, PushOptions options)
      throws IOException {
    try (ImageBlobs all = store.hold(found)) {
      if (all.indexes().isEmpty() || options.platform().isEmpty() && all.isComplete()) {
        return store.hold(found);
      }
      if (options.allPlatforms()) {
        throw new NotFoundException("image with all platforms in the store", source);
      }
      return store.hold(one(all, options.platform()));
    }
  }

  private Descriptor one(ImageBlobs all, Optional<Platform> wanted) throws IOException {
    Platform chosen = wanted.orElse(platform);
    PlatformMatcher matcher = new PlatformMatcher(chosen);
    for (Descriptor index : all.indexes()) {
      Index document = Index.parse(index, all.document(index), Limits.DEFAULT);
      for (Descriptor candidate : matcher.select(document.manifests())) {
        for (Manifest manifest : all.manifests()) {
          if (manifest.descriptor().digest().equals(candidate.digest())) {
            return manifest.descriptor();
          }
        }
      }
    }
    throw new NotFoundException(
        "image for " + chosen + " in", all.root().digest().toString());
  }

  /** The repository of the same registry that the user names the source by. */
  private static Optional<String> sibling(String source, Reference destination) {
    try {
      Reference named = Reference.parse(source);
      return Optional.of(named)
          .filter(each -> each.domain().equals(destination.domain()))
          .map(Reference::repository)
          .filter(each -> !each.equals(destination.repository()));
    } catch (MalformedImageException e) {
      return Optional.empty();
    }
  }

  /** Reads a name that may have no digest. */
  static Reference name(String text) {
    Reference reference = reference(text);
    if (reference.digest().isPresent()) {
      throw new IllegalArgumentException("a name can't have a digest: " + reference);
    }
    return reference.withDefaultTag();
  }

  /** Reads a reference. */
  static Reference reference(String text) {
    try {
      return Reference.parse(text);
    } catch (MalformedImageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
