package dev.layerfs.transfer;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.store.ImageList;
import dev.layerfs.store.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that is to be saved: a manifest, or an index with the manifests of it that the store has.
 *
 * @param entry its descriptor, with the name it is to have
 * @param contents what it consists of
 */
record SavedImage(Descriptor entry, Images.Contents contents) {
  Optional<String> name() {
    return ImageList.name(entry);
  }

  /** Returns the descriptors of all its blobs. */
  List<Descriptor> blobs() {
    List<Descriptor> blobs = new ArrayList<>(contents.indexes());
    contents.manifests().forEach(manifest -> {
      blobs.add(manifest.descriptor());
      blobs.add(manifest.config());
      blobs.addAll(manifest.layers());
    });
    return blobs;
  }
}
