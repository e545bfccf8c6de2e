package dev.layerfs.build;

import dev.layerfs.oci.Digest;
import dev.layerfs.store.OpenContainer;
import dev.layerfs.store.OpenImages;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of a container as it is at one moment: what is committed is a fork, which nobody else knows, so that the
 * container can be written to in the meantime.
 */
public final class Commit {
  private final Store store;
  private final ImageRequest request;
  private final TimeClamp clamp;

  /**
   * Prepares.
   *
   * @param store the container's store
   * @param request what the image shall be
   * @param clamp the latest time in its new layer
   */
  public Commit(Store store, ImageRequest request, TimeClamp clamp) {
    this.store = store;
    this.request = request;
    this.clamp = clamp;
  }

  /** Adds one layer, with what has changed, to the container's image; returns the digest of the new image. */
  public Digest changes(OpenContainer container) throws IOException {
    try (OpenContainer moment = container.moment();
        UnionView image = UnionView.readOnly(moment.image())) {
      StoredImage base = store.images().read(moment.record().image());
      ImageAssembly.Basis basis = ImageAssembly.Basis.of(base, base.diffIds().size());
      return make(basis, image, moment.view(), Knowledge.ofUppers(image, moment.view()));
    }
  }

  /**
   * Puts what has changed since an image into one layer on top of it.
   *
   * @param container a container of an image that was made of that one
   * @param below the image
   * @throws IllegalArgumentException if the layers of the container's image don't begin with those of that image
   */
  public Digest above(OpenContainer container, StoredImage below) throws IOException {
    try (OpenContainer moment = container.moment();
        OpenImages.Use use = store.openImage(below);
        UnionView image = UnionView.readOnly(use.image())) {
      StoredImage base = store.images().read(moment.record().image());
      int kept = below.diffIds().size();
      if (kept > base.diffIds().size()
          || !base.diffIds().subList(0, kept).equals(below.diffIds())) {
        throw new IllegalArgumentException("the container's image was not made of that image");
      }
      ImageAssembly.Basis basis = ImageAssembly.Basis.of(base, kept);
      Knowledge places = Knowledge.ofPlaces(use.image(), moment.image(), moment.view());
      return make(basis, image, moment.view(), places);
    }
  }

  /** Makes an image of one layer, with all that is in the container. */
  public Digest everything(OpenContainer container) throws IOException {
    try (OpenContainer moment = container.moment()) {
      StoredImage base = store.images().read(moment.record().image());
      return make(ImageAssembly.Basis.of(base, 0), null, moment.view(), Knowledge.NONE);
    }
  }

  private Digest make(
      ImageAssembly.Basis basis, @Nullable UnionView base, UnionView tree, Knowledge knowledge)
      throws IOException {
    TreeDifference difference = new TreeDifference(
        base,
        tree,
        knowledge,
        TreeDifference.Purpose.LAYER,
        new LinkedInodes(base, tree, knowledge));
    return new ImageAssembly(store, request).make(basis, new TreeEntries(tree, difference, clamp));
  }
}
