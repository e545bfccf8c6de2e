package dev.layerfs.store;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out what needs what. What holds the store's lock while this reads stays true for as long as it holds it. */
final class ReferenceReader {
  private static final Set<Item.Kind> LAYERS =
      Set.of(Item.Kind.LAYER, Item.Kind.TREE, Item.Kind.EXTRACTED);
  private static final Set<Item.Kind> BLOBS_AND_LAYERS = Set.of(
      Item.Kind.BLOB, Item.Kind.RECIPE, Item.Kind.LAYER, Item.Kind.TREE, Item.Kind.EXTRACTED);

  private final Session session;
  private final ImageListFile list;
  private final ContainerList containers;
  private final DocumentLinks links;
  private final Inventory inventory;
  private final Recipes recipes;
  private final References found = new References();

  private ReferenceReader(
      Session session, ImageListFile list, ContainerList containers, DocumentLinks links) {
    this.session = session;
    this.list = list;
    this.containers = containers;
    this.links = links;
    this.inventory = new Inventory(session.paths());
    this.recipes = new Recipes(session.paths());
  }

  /**
   * Reads everything.
   *
   * @throws StoreCorruptException if the list of images can't be read: nothing is known then
   */
  static References read(
      Session session, ImageListFile list, ContainerList containers, DocumentLinks links)
      throws IOException {
    return new ReferenceReader(session, list, containers, links).read();
  }

  private References read() throws IOException {
    for (Descriptor entry : list.read().entries()) {
      Item image = Item.image(entry);
      found.addRoot(image);
      addDocument(image, entry, 0);
    }
    for (Id id : containers.ids()) {
      addContainer(id);
    }
    for (Id id : session.sessions(session.paths().leases())) {
      if (session.isAlive(id)) {
        addSession(id);
      }
    }
    addRecipes();
    return found;
  }

  private void addDocument(Item user, Descriptor document, int depth) throws IOException {
    if (!found.addBlob(user, document)) {
      return;
    }
    Item item = Item.blob(document.digest());
    if (document.mediaType().isIndex()) {
      addIndex(item, document, depth);
    } else if (document.mediaType().isManifest()) {
      addManifest(item, document);
    }
  }

  /** The store may have one platform of many: what it lacks of an index is not missed, unless it lacks everything. */
  private void addIndex(Item item, Descriptor index, int depth) throws IOException {
    List<Descriptor> entries;
    try {
      entries = links.entries(index);
      if (depth >= Documents.LIMITS.maxIndexDepth()) {
        throw new MalformedImageException(item.toString(), "is nested too deeply");
      }
    } catch (IOException e) {
      found.addUnreadable(item, problem(e), Set.of());
      addAllDocuments(item);
      return;
    }
    for (Descriptor entry : entries) {
      if (links.has(entry)) {
        addDocument(item, entry, depth + 1);
      }
    }
    if (!entries.isEmpty() && entries.stream().noneMatch(links::has)) {
      found.addBareIndex(item);
    }
  }

  private void addManifest(Item item, Descriptor manifest) {
    DocumentLinks.Image image;
    try {
      image = links.image(manifest);
    } catch (IOException e) {
      found.addUnreadable(item, problem(e), BLOBS_AND_LAYERS);
      return;
    }
    found.addBlob(item, image.config());
    image.layers().forEach(layer -> found.addBlob(item, layer));
    if (image.config().mediaType().isImageConfig()) {
      addLayers(item, manifest, image);
    }
  }

  private void addLayers(Item item, Descriptor manifest, DocumentLinks.Image image) {
    List<DiffId> diffIds;
    try {
      diffIds = links.diffIds(manifest, image.config());
    } catch (IOException e) {
      found.addUnreadable(Item.blob(image.config().digest()), problem(e), LAYERS);
      return;
    }
    diffIds.forEach(diffId -> found.add(item, Item.layer(diffId)));
    Item tree = Item.tree(Trees.chainId(diffIds));
    found.add(item, tree);
    found.add(item, Item.extracted(Trees.chainId(diffIds)));
    found.addStack(diffIds, image.layers());
  }

  private void addContainer(Id id) throws IOException {
    Item item = Item.container(id);
    found.addRoot(item);
    try {
      ContainerRecord record = containers.read(id);
      addDocument(item, record.image(), 0);
      record.uppers().beneath().forEach(upper -> found.add(item, Item.upper(upper)));
      record.uppers().covering().ifPresent(upper -> found.add(item, Item.upper(upper)));
    } catch (NotFoundException e) {
      // removed meanwhile
    } catch (StoreCorruptException e) {
      found.addUnreadable(item, problem(e), Set.of(Item.Kind.UPPER));
      addAllDocuments(item);
    }
  }

  private void addSession(Id id) throws IOException {
    Item item = Item.session(id);
    found.addRoot(item);
    try {
      for (LeaseRecord use : session.uses(id)) {
        use.blobs().forEach(blob -> found.add(item, Item.blob(blob)));
        use.layers().forEach(layer -> found.add(item, Item.layer(layer)));
        use.trees().forEach(tree -> found.add(item, Item.tree(tree)));
      }
    } catch (StoreCorruptException e) {
      found.addUnreadable(item, problem(e), BLOBS_AND_LAYERS);
    }
  }

  /** A blob that is needed may be away already, so its recipe and the layer file are needed whether it is or not. */
  private void addRecipes() throws IOException {
    for (Item recipe : inventory.recipes().keySet()) {
      Item blob = new Item(Item.Kind.BLOB, recipe.id());
      if (recipe.kind() == Item.Kind.RECIPE && found.keeps(blob)) {
        found.add(blob, recipe);
        addLayerOf(recipe);
      }
    }
  }

  private void addLayerOf(Item recipe) throws IOException {
    try {
      RecipeRecord record = recipes.read(Digest.parse(recipe.id()));
      found.add(recipe, Item.layer(record.diffId()));
    } catch (NoSuchFileException e) {
      // removed meanwhile
    } catch (StoreCorruptException e) {
      found.addUnreadable(recipe, problem(e), Set.of(Item.Kind.LAYER));
    }
  }

  /** Any document of the store may be what a damaged record or index names, so all are kept, with what they lead to. */
  private void addAllDocuments(Item user) throws IOException {
    for (Map.Entry<Item, Path> blob : inventory.blobs().entrySet()) {
      if (blob.getKey().kind() == Item.Kind.BLOB && !found.has(blob.getKey())) {
        addIfDocument(user, Digest.parse(blob.getKey().id()), StoreFiles.size(blob.getValue()));
      }
    }
  }

  private void addIfDocument(Item user, Digest digest, long size) throws IOException {
    for (MediaType type : List.of(
        MediaType.OCI_MANIFEST,
        MediaType.DOCKER_MANIFEST,
        MediaType.OCI_INDEX,
        MediaType.DOCKER_MANIFEST_LIST)) {
      Descriptor guess = Descriptor.of(type, digest, size);
      if (size <= Documents.MAX_GUESSED && isDocument(guess)) {
        addDocument(user, guess, 0);
        return;
      }
    }
  }

  private boolean isDocument(Descriptor guess) {
    try {
      return guess.mediaType().isIndex()
          ? !links.entries(guess).isEmpty()
          : !links.image(guess).config().digest().encoded().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static String problem(IOException e) {
    return e instanceof NoSuchFileException ? "it is missing" : String.valueOf(e.getMessage());
  }
}
