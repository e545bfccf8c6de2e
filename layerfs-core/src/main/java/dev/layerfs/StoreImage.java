package dev.layerfs;

import dev.layerfs.build.Knowledge;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.store.LayerRecord;
import dev.layerfs.store.OpenImages;
import dev.layerfs.store.StoredImage;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An image of a {@link DirectoryStore}. */
final class StoreImage implements Image {
  private final DirectoryStore store;
  private final StoredImage image;

  StoreImage(DirectoryStore store, StoredImage image) {
    this.store = store;
    this.image = image;
  }

  StoredImage stored() {
    return image;
  }

  DirectoryStore store() {
    return store;
  }

  boolean isOf(DirectoryStore other) {
    return store == other;
  }

  @Override
  public Digest digest() {
    return image.digest();
  }

  @Override
  public List<String> names() {
    return image.names();
  }

  @Override
  public Platform platform() {
    return image.config().platform();
  }

  @Override
  public Manifest manifest() {
    return image.manifest();
  }

  @Override
  public ImageConfig config() {
    return image.config();
  }

  @Override
  public List<LayerInfo> layers() throws IOException {
    List<LayerInfo> layers = new ArrayList<>();
    for (int i = 0; i < image.diffIds().size(); i++) {
      DiffId diffId = image.diffIds().get(i);
      LayerRecord record = store.engine().layer(diffId);
      layers.add(new LayerInfo(
          image.manifest().layers().get(i),
          diffId,
          record.entries(),
          record.contentBytes(),
          record.fileBytes(),
          record.notes()));
    }
    return layers;
  }

  @Override
  public long blobBytes() {
    Map<Digest, Long> sizes = new HashMap<>();
    sizes.put(digest(), image.descriptor().size());
    sizes.put(manifest().config().digest(), manifest().config().size());
    for (Descriptor layer : manifest().layers()) {
      sizes.put(layer.digest(), layer.size());
    }
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public long contentBytes() throws IOException {
    return layers().stream().mapToLong(LayerInfo::contentBytes).sum();
  }

  @Override
  public Rootfs open() throws IOException {
    return OpenRootfs.ofImage(store, store.engine().openImage(image), digest());
  }

  @Override
  public Stream<LayerChange> layerChanges() throws IOException {
    OpenImages.Use use = store.engine().openImage(image); // a layer that is missing is made again
    try {
      return LayerChanges.stream(store.engine().openLayers(image), use);
    } catch (IOException | RuntimeException | Error e) {
      OpenRootfs.closeAfter(e, use);
      throw e;
    }
  }

  @Override
  public Stream<Change> changesFrom(Image baseImage) throws IOException {
    StoredImage below = store.ownImage(baseImage).stored();
    OpenImages.Use before = store.engine().openImage(below);
    OpenImages.Use after;
    try {
      after = store.engine().openImage(image);
    } catch (IOException | RuntimeException | Error e) {
      OpenRootfs.closeAfter(e, before);
      throw e;
    }
    UnionView view = UnionView.readOnly(after.image());
    Knowledge places = Knowledge.ofPlaces(before.image(), after.image(), view);
    return Comparison.stream(UnionView.readOnly(before.image()), view, places, () -> {
      try (before) {
        after.close();
      }
    });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoreImage that && digest().equals(that.digest());
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }

  /** A name, or the digest if there is none. */
  @Override
  public String toString() {
    return names().isEmpty() ? digest().toString() : names().get(0);
  }
}
