package dev.layerfs.transfer;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.store.ImageList;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Interruption;
import dev.layerfs.store.Progress;
import dev.layerfs.store.Store;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads images from a source into a store: chooses them, reads their documents, has the layers that the store lacks read by
 * several threads, and names the images. All of them are loaded, or none.
 */
public final class Loader {
  private final Store store;
  private final LoadRequest request;
  private final Progress.Listener listener;

  /** Opens a source. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens the source.
     *
     * @param spool keeps what the source has to read more than once, until the source was closed
     * @return the source
     * @throws IOException if it can't be opened
     */
    ImageSource open(Spool spool) throws IOException;
  }

  /**
   * Prepares a load.
   *
   * @param store where to
   * @param request what, and how
   * @param listener is told how far the load is
   */
  public Loader(Store store, LoadRequest request, Progress.Listener listener) {
    this.store = store;
    this.request = request;
    this.listener = listener;
  }

  /**
   * Loads.
   *
   * @param opener opens the source, which is closed here
   * @return the digests of the images' manifests, in the source's order
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status is then set
   * @throws IOException if anything is wrong with the source or the store, which is then as it was
   */
  public List<Digest> load(Opener opener) throws IOException {
    return Interruption.heeded("load", () -> loadAll(opener));
  }

  private List<Digest> loadAll(Opener opener) throws IOException {
    try (Ingest ingest = store.ingest(request.limits());
        ImageSource source = opener.open(ingest::spool)) {
      List<LoadPlan> plans = new LoadPlanner(request, source).plan(source.offers());
      protect(ingest, plans);
      if (isReload(plans)) {
        ingest.verifyExisting();
      }
      addDocuments(ingest, plans);
      new LayerLoads(ingest, source, listener).run(layers(plans));
      addTrees(ingest, plans);
      ingest.commit(list -> name(list, plans));
      return images(plans).stream()
          .map(image -> image.manifest().descriptor().digest())
          .distinct()
          .toList();
    }
  }

  /** Who loads what the store has wants it to be right: nothing is taken for granted then. */
  private boolean isReload(List<LoadPlan> plans) throws IOException {
    for (LoadPlan plan : plans) {
      for (LoadPlan.Image image : plan.images()) {
        if (!store.images().knows(plan.descriptor(), image.manifest().descriptor())) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<LoadPlan.Image> images(List<LoadPlan> plans) {
    return plans.stream().flatMap(plan -> plan.images().stream()).toList();
  }

  private static Set<LoadPlan.Layer> layers(List<LoadPlan> plans) {
    Set<LoadPlan.Layer> layers = new LinkedHashSet<>();
    for (LoadPlan plan : plans) {
      plan.images().forEach(image -> layers.addAll(image.layers()));
      plan.volumes().forEach(volume -> layers.addAll(volume.layers()));
    }
    return layers;
  }

  private static void protect(Ingest ingest, List<LoadPlan> plans) throws IOException {
    Set<Digest> blobs = new HashSet<>();
    Set<DiffId> diffIds = new HashSet<>();
    Set<ChainId> chainIds = new HashSet<>();
    for (LoadPlan plan : plans) {
      blobs.addAll(plan.blobs());
      diffIds.addAll(plan.diffIds());
      chainIds.addAll(plan.chainIds());
    }
    ingest.protect(blobs, diffIds, chainIds);
  }

  private static void addDocuments(Ingest ingest, List<LoadPlan> plans) throws IOException {
    Map<Digest, LoadPlan.Document> documents = new LinkedHashMap<>();
    for (LoadPlan plan : plans) {
      plan.indexes().forEach(index -> documents.put(index.digest(), index));
      for (LoadPlan.Volume volume : plan.volumes()) {
        add(documents, volume.manifest().descriptor(), volume.manifest().bytes());
        add(documents, volume.manifest().config(), volume.config());
      }
    }
    for (LoadPlan.Image image : images(plans)) {
      add(documents, image.manifest().descriptor(), image.manifest().bytes());
      add(documents, image.manifest().config(), image.config().bytes());
    }
    for (LoadPlan.Document document : documents.values()) {
      if (!ingest.hasBlob(document.descriptor())) {
        ingest.document(document.descriptor(), document.content());
      }
    }
  }

  private static void add(
      Map<Digest, LoadPlan.Document> documents, Descriptor descriptor, byte[] content) {
    documents.put(descriptor.digest(), new LoadPlan.Document(descriptor, content));
  }

  private static void addTrees(Ingest ingest, List<LoadPlan> plans) throws IOException {
    Set<List<DiffId>> stacks = new LinkedHashSet<>();
    images(plans).forEach(image -> stacks.add(image.config().diffIds()));
    for (List<DiffId> stack : stacks) {
      if (!ingest.hasTree(stack)) {
        ingest.tree(stack);
      }
    }
  }

  private ImageList name(ImageList before, List<LoadPlan> plans) {
    ImageList list = before;
    for (LoadPlan plan : plans) {
      for (String name : plan.names()) {
        if (mayTake(before, plan, name)) {
          list = list.with(plan.descriptor(), name);
        }
      }
      list = list.with(plan.descriptor());
    }
    return list;
  }

  private boolean mayTake(ImageList before, LoadPlan plan, String name) {
    return request.reference().isPresent()
        || request.overwrite()
        || before
            .find(name)
            .filter(entry -> !entry.digest().equals(plan.descriptor().digest()))
            .isEmpty();
  }
}
