package dev.layerfs.store;

import dev.layerfs.oci.Annotations;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The list of images, {@code index.json}: a descriptor of a manifest or index for each name, and one without a name for
 * each that has none. Immutable; a change makes a new list. Whatever else the document has is kept.
 */
public final class ImageList {
  private final Index index;

  ImageList(Index index) {
    this.index = index;
  }

  Index index() {
    return index;
  }

  /** Returns the entries, in the document's order. */
  public List<Descriptor> entries() {
    return index.manifests();
  }

  /** Returns an entry's name. */
  public static Optional<String> name(Descriptor entry) {
    return Optional.ofNullable(entry.annotations().get(Annotations.REF_NAME));
  }

  /** Returns the entry that has a name. */
  public Optional<Descriptor> find(String name) {
    return entries().stream().filter(named(name)).findFirst();
  }

  /** Returns a list that has an image, named or not. */
  public ImageList with(Descriptor image) {
    return contains(image.digest()) ? this : append(anonymous(image));
  }

  /** Returns a list in which an image has a name, which it may take from another; that one stays, if need be unnamed. */
  public ImageList with(Descriptor image, String name) {
    Optional<Descriptor> previous = find(name);
    if (previous.isPresent() && previous.get().digest().equals(image.digest())) {
      return this;
    }
    ImageList list = without(named(name))
        .without(entry -> entry.digest().equals(image.digest()) && name(entry).isEmpty())
        .append(annotated(image, name));
    return previous.isPresent() ? list.with(previous.get()) : list;
  }

  /** Returns a list without an entry. */
  public ImageList without(Descriptor entry) {
    return without(entry::equals);
  }

  /** Whether an entry has that digest. */
  public boolean contains(Digest digest) {
    return entries().stream().anyMatch(entry -> entry.digest().equals(digest));
  }

  private static Predicate<Descriptor> named(String name) {
    return entry -> name(entry).equals(Optional.of(name));
  }

  private ImageList without(Predicate<Descriptor> unwanted) {
    return new ImageList(
        index.withManifests(entries().stream().filter(unwanted.negate()).toList()));
  }

  private ImageList append(Descriptor entry) {
    List<Descriptor> all = new ArrayList<>(entries());
    all.add(entry);
    return new ImageList(index.withManifests(all));
  }

  /** Returns an image's descriptor without a name. */
  static Descriptor anonymous(Descriptor image) {
    Map<String, String> annotations = new LinkedHashMap<>(image.annotations());
    annotations.remove(Annotations.REF_NAME);
    annotations.remove(Annotations.CONTAINERD_IMAGE_NAME);
    return image.withAnnotations(annotations);
  }

  private static Descriptor annotated(Descriptor image, String name) {
    Map<String, String> annotations = new LinkedHashMap<>(anonymous(image).annotations());
    annotations.put(Annotations.REF_NAME, name);
    return image.withAnnotations(annotations);
  }
}
