package dev.layerfs.build;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes an index of images for several platforms. */
public final class PlatformIndex {
  private PlatformIndex() {}

  /**
   * Makes an index and puts it into the store under a name.
   *
   * @param store the images' store
   * @param reference the name
   * @param images the images, in the index's order
   * @return the digest of the index
   * @throws IllegalArgumentException if there are none, or two are for one platform
   */
  public static Digest make(Store store, Reference reference, List<StoredImage> images)
      throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    Set<Platform> platforms = new HashSet<>();
    List<Descriptor> needed = new ArrayList<>();
    Set<DiffId> diffIds = new HashSet<>();
    Set<ChainId> chainIds = new HashSet<>();
    for (StoredImage image : images) {
      Platform platform = image.config().platform();
      if (!platforms.add(platform.normalized())) {
        throw new IllegalArgumentException("two images for " + platform);
      }
      entries.add(image.manifest().descriptor().withPlatform(platform));
      needed.add(image.descriptor());
      needed.add(image.manifest().config());
      needed.addAll(image.manifest().layers());
      diffIds.addAll(image.diffIds());
      chainIds.add(image.chainId());
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("an index of no images");
    }
    Index index = Index.empty().withManifests(entries);
    Descriptor descriptor = index.descriptor();
    Set<Digest> blobs = new HashSet<>(Set.of(descriptor.digest()));
    needed.forEach(blob -> blobs.add(blob.digest()));
    try (Ingest ingest = store.ingest(Limits.DEFAULT)) {
      ingest.protect(blobs, diffIds, chainIds);
      ImageAssembly.requireAll(ingest, needed);
      ingest.document(descriptor, index.bytes());
      ingest.commit(list -> list.with(descriptor, reference.toString()));
    }
    return descriptor.digest();
  }
}
