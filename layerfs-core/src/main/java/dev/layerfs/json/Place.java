package dev.layerfs.json;

import org.jspecify.annotations.Nullable;

/**
 * Where a value is in a document, for messages: {@code "manifest sha256:… layers[3].size"}.
 *
 * @param parent the value around it; null for the document itself
 * @param name the member's name, or the document's; untrusted
 * @param index the element's index; negative if the value is no array element
 */
record Place(@Nullable Place parent, String name, int index) {
  static Place document(String subject) {
    return new Place(null, subject, -1);
  }

  Place member(String member) {
    return new Place(this, member, -1);
  }

  /** The place of an element of the array that is here. */
  Place element(int i) {
    return new Place(parent, name, i);
  }

  @Override
  public String toString() {
    String step = index < 0 ? name : name + "[" + index + "]";
    if (parent == null) {
      return step;
    }
    return parent + (parent.parent == null ? " " : ".") + step;
  }
}
