package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The images of a store: those that the list of images names, or holds without a name. */
public final class Images {
  private static final int MIN_PREFIX = 4;

  private final Session session;
  private final ImageListFile file;
  private final Documents documents;
  private final ContainerList containers;
  private final Sweep sweep;

  Images(
      Session session,
      ImageListFile file,
      Documents documents,
      ContainerList containers,
      Sweep sweep) {
    this.session = session;
    this.file = file;
    this.documents = documents;
    this.containers = containers;
    this.sweep = sweep;
  }

  /** Returns all images that can be read: named ones by name, then the others by digest. */
  public List<StoredImage> list() throws IOException {
    List<StoredImage> images = new ArrayList<>();
    for (Map.Entry<Digest, Listed> listed : listed(file.read()).entrySet()) {
      try {
        images.add(read(listed.getValue()));
      } catch (NoSuchFileException
          | MalformedImageException
          | UnsupportedImageException
          | StoreCorruptException e) {
        // Damaged, or no image but some other artifact; who asks for it by its digest is told.
      }
    }
    images.sort(Comparator.comparing((StoredImage image) -> image.names().isEmpty())
        .thenComparing(image -> String.join(" ", image.names()))
        .thenComparing(image -> image.digest().toString()));
    return images;
  }

  /** A manifest that the list leads to. */
  private record Listed(Descriptor manifest, TreeSet<String> names, List<Descriptor> entries) {}

  private Map<Digest, Listed> listed(ImageList list) {
    Map<Digest, Listed> listed = new LinkedHashMap<>();
    for (Descriptor entry : list.entries()) {
      for (Descriptor manifest : manifests(entry)) {
        Listed image = listed.computeIfAbsent(
            manifest.digest(), d -> new Listed(manifest, new TreeSet<>(), new ArrayList<>()));
        image.entries().add(entry);
        ImageList.name(entry).ifPresent(image.names()::add);
      }
    }
    return listed;
  }

  /** What an entry leads to; a damaged index leads nowhere. */
  private List<Descriptor> manifests(Descriptor entry) {
    try {
      return documents.graph(entry).manifests();
    } catch (IOException e) {
      return List.of();
    }
  }

  private StoredImage read(Listed listed) throws IOException {
    return documents.image(listed.manifest()).withNames(List.copyOf(listed.names()));
  }

  /**
   * Finds an image by name, digest or the beginning of a digest, in this order. Of several platforms the one for this
   * machine is taken, else the first.
   *
   * @throws NotFoundException if there is none, or several digests begin so
   * @throws StoreCorruptException if its documents are damaged
   */
  public StoredImage find(String text) throws IOException {
    while (true) {
      ImageList list = file.read();
      try {
        return find(list, text);
      } catch (NoSuchFileException | StoreCorruptException e) {
        if (file.read().entries().equals(list.entries())) {
          throw e;
        } // else it may have been removed meanwhile, by whoever has changed the list
      }
    }
  }

  private StoredImage find(ImageList list, String text) throws IOException {
    Descriptor found = lookUp(list, text);
    List<Listed> candidates = new ArrayList<>();
    Map<Digest, Listed> listed = listed(list);
    for (Descriptor manifest : documents.graph(found).manifests()) {
      Listed candidate = listed.get(manifest.digest());
      if (candidate != null) { // else it has come just now
        candidates.add(candidate);
      }
    }
    if (candidates.isEmpty()) {
      throw new StoreCorruptException("image " + text, "its manifest is missing");
    }
    return choose(candidates);
  }

  /**
   * Reads an image that the store has for sure, such as a container's.
   *
   * @param manifest the descriptor of its manifest
   * @return the image, without its names
   */
  public StoredImage read(Descriptor manifest) throws IOException {
    return documents.image(manifest);
  }

  /**
   * Whether the store has an image, damaged or not.
   *
   * @param entry the manifest or index that the list would name
   * @param manifest the image's manifest
   */
  public boolean knows(Descriptor entry, Descriptor manifest) throws IOException {
    return documents.has(manifest.digest()) || file.read().contains(entry.digest());
  }

  /** Whether the list leads to an image. */
  boolean isListed(Digest manifest) throws IOException {
    ImageList list = file.read();
    return list.contains(manifest) || listed(list).containsKey(manifest);
  }

  /**
   * Returns what a text stands for: an entry of the list with its name, or, for a digest, a manifest or index without one.
   *
   * @param text as for {@link #find}
   * @throws NotFoundException if there is none, or several digests begin so
   */
  public Descriptor entry(String text) throws IOException {
    ImageList list = file.read();
    Optional<Descriptor> named = lookUpName(list, text);
    return named.isPresent() ? named.get() : ImageList.anonymous(lookUpDigest(list, text));
  }

  /**
   * What an entry of the list consists of, as far as the store has it.
   *
   * @param indexes descriptors of indexes
   * @param manifests the manifests, also of what is no image
   */
  public record Contents(List<Descriptor> indexes, List<Manifest> manifests) {}

  /** Returns what an entry, or a part of one, consists of. */
  public Contents contents(Descriptor entry) throws IOException {
    Documents.Graph graph = documents.graph(entry);
    List<Manifest> manifests = new ArrayList<>();
    for (Descriptor manifest : graph.manifests()) {
      manifests.add(documents.manifest(manifest));
    }
    return new Contents(List.copyOf(graph.indexes()), List.copyOf(manifests));
  }

  /**
   * Returns the manifest or index that a text stands for.
   *
   * @param text as for {@link #find}
   * @throws NotFoundException if there is none, or several digests begin so
   */
  public Descriptor descriptor(String text) throws IOException {
    return lookUp(file.read(), text);
  }

  /** Returns the full name that a text is, if an image has that name. */
  public Optional<String> name(String text) throws IOException {
    return lookUpName(file.read(), text).flatMap(ImageList::name);
  }

  private StoredImage choose(List<Listed> candidates) throws IOException {
    for (Listed candidate : candidates.size() > 1 ? candidates : List.<Listed>of()) {
      StoredImage image = read(candidate);
      if (image.config().platform().architecture().equals(Platform.host().architecture())) {
        return image;
      }
    }
    return read(candidates.get(0));
  }

  /** Returns the entry, or the manifest or index within an entry, that a text stands for. */
  private Descriptor lookUp(ImageList list, String text) throws IOException {
    Optional<Descriptor> named = lookUpName(list, text);
    return named.isPresent() ? named.get() : lookUpDigest(list, text);
  }

  /** Another tool may have put a name into the list that is not a full reference. */
  private static Optional<Descriptor> lookUpName(ImageList list, String text) {
    Optional<Descriptor> verbatim = list.find(text);
    if (verbatim.isPresent()) {
      return verbatim;
    }
    try {
      return list.find(Reference.parse(text).withDefaultTag().toString());
    } catch (MalformedImageException e) {
      return Optional.empty();
    }
  }

  private Descriptor lookUpDigest(ImageList list, String text) throws IOException {
    String digest = text.substring(text.indexOf('@') + 1);
    String hex = digest.substring(digest.indexOf(':') + 1);
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    if (hex.length() >= MIN_PREFIX && Id.isHex(hex)) {
      for (Descriptor entry : list.entries()) {
        Documents.Graph graph = documents.graph(entry);
        graph.indexes().forEach(index -> addIfMatching(found, index, hex));
        graph.manifests().forEach(manifest -> addIfMatching(found, manifest, hex));
      }
    }
    if (found.size() != 1) {
      throw new NotFoundException(found.isEmpty() ? "image" : "image (several begin so)", text);
    }
    return found.values().iterator().next();
  }

  private static void addIfMatching(
      Map<Digest, Descriptor> found, Descriptor descriptor, String hex) {
    if (descriptor.digest().encoded().startsWith(hex)) {
      found.put(descriptor.digest(), descriptor);
    }
  }

  /**
   * Gives an image another name.
   *
   * @param text as for {@link #find}
   * @param name the new name, in full
   */
  public void tag(String text, String name) throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) {
      ImageList list = file.read();
      file.write(list.with(lookUp(list, text), name));
    }
  }

  /**
   * What a removal did.
   *
   * @param names names that were taken away
   * @param images manifests of images that are gone
   * @param freedBytes bytes of the files that were deleted
   */
  public record Removal(List<String> names, List<Digest> images, long freedBytes) {}

  /**
   * Removes a name, and with the last one the image.
   *
   * @param text as for {@link #find}
   * @throws NotFoundException if there is no such image
   * @throws InUseException if a container needs it, or a digest stands for an image with several names
   */
  public Removal remove(String text) throws IOException {
    List<String> names;
    List<Digest> gone;
    Sweep.Taken taken;
    DocumentLinks links = sweep.links();
    sweep.references(links); // read now, documents keep nobody waiting for the lock
    try (LockFile.Held lock = session.locks().lockStore()) {
      ImageList list = file.read();
      Descriptor entry = entryToRemove(list, text);
      ImageList without = list.without(entry);
      names = ImageList.name(entry).map(List::of).orElse(List.of());
      gone = gone(entry, without);
      requireUnused(gone);
      file.write(without);
      taken = sweep.take(sweep.plan(links));
    }
    return new Removal(names, gone, taken.free());
  }

  private Descriptor entryToRemove(ImageList list, String text) throws IOException {
    Descriptor found = lookUp(list, text);
    if (lookUpName(list, text).isPresent()) {
      return found;
    }
    List<Descriptor> entries = new ArrayList<>();
    for (Descriptor entry : list.entries()) {
      if (documents.graph(entry).has(found.digest())) {
        entries.add(entry);
      }
    }
    if (entries.size() != 1) {
      throw new InUseException("image " + text, "has several names; remove it by them");
    }
    return entries.get(0);
  }

  /** The images that an entry leads to and the rest of the list does not. */
  private List<Digest> gone(Descriptor entry, ImageList rest) {
    Map<Digest, Listed> remaining = listed(rest);
    return manifests(entry).stream()
        .map(Descriptor::digest)
        .filter(digest -> !remaining.containsKey(digest))
        .toList();
  }

  /** A container with a damaged record keeps no name from being removed, but the sweep then deletes no document. */
  private void requireUnused(List<Digest> images) throws IOException {
    for (ContainerRecord container : containers.list()) {
      if (images.contains(container.image().digest())) {
        throw new InUseException(
            "image " + container.imageName(), "is needed by container " + container.id());
      }
    }
  }

  /** Deletes what a dead process left, unless damage makes it unclear what that is. */
  public void sweepGarbage() throws IOException {
    try {
      sweep();
    } catch (StoreCorruptException e) {
      // The list of images can't be read; what could be freed stays until it is mended.
    }
  }

  /**
   * Deletes what nothing needs. The store's lock, for which only those wait who change names or add and remove images, is
   * held while the list of images and the records of containers are read and what can go is renamed; documents are read
   * before, and files deleted after.
   *
   * @return what was deleted
   * @throws StoreCorruptException if the list of images can't be read; nothing was deleted
   */
  public Swept sweep() throws IOException {
    DocumentLinks links = sweep.links();
    sweep.references(links);
    Sweep.Plan plan;
    Sweep.Taken taken;
    try (LockFile.Held lock = session.locks().lockStore()) {
      plan = sweep.plan(links);
      taken = sweep.take(plan);
    }
    return swept(plan, taken.free());
  }

  /** Finds out what {@link #sweep} would delete if it was called now. */
  public Swept garbage() throws IOException {
    DocumentLinks links = sweep.links();
    sweep.references(links);
    try (LockFile.Held lock = session.locks().lockStore()) {
      Sweep.Plan plan = sweep.plan(links);
      return swept(plan, plan.garbage().stream().mapToLong(Sweep.Garbage::bytes).sum());
    }
  }

  /**
   * What a sweep finds.
   *
   * @param garbage what can go
   * @param obstacles what can't be read, so that things which might be needed by it stay
   * @param bytes length of the files that can go, or are gone
   */
  public record Swept(List<Garbage> garbage, List<Obstacle> obstacles, long bytes) {}

  /**
   * Something that can go.
   *
   * @param item what it is
   * @param bytes length of its files
   * @param reason why it can go
   */
  public record Garbage(Item item, long bytes, String reason) {}

  /**
   * Something that can't be read.
   *
   * @param item what it is
   * @param problem why not
   */
  public record Obstacle(Item item, String problem) {}

  private static Swept swept(Sweep.Plan plan, long bytes) {
    return new Swept(
        plan.garbage().stream()
            .map(garbage -> new Garbage(garbage.item(), garbage.bytes(), garbage.reason()))
            .toList(),
        plan.unreadable().stream()
            .map(unreadable -> new Obstacle(unreadable.item(), unreadable.problem()))
            .toList(),
        bytes);
  }
}
