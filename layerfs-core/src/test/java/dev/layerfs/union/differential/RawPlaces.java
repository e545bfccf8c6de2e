package dev.layerfs.union.differential;

import org.jspecify.annotations.Nullable;

/** Where in the image the directories of an upper look for what they are merged with. */
final class RawPlaces {
  private static final String REDIRECT = "redirect=";

  private RawPlaces() {}

  /** Whether the image has something that would be seen through an object of the upper if that hid nothing. */
  static boolean hides(Case question, Tree raw, String path) {
    String place = beneath(question, raw, path, false);
    return place != null && question.state().imageHas(place);
  }

  /**
   * Returns the path of what is beneath an object.
   *
   * @param redirected whether the object's own redirect counts
   * @return null if nothing can be, since the directory that it is in is not merged
   */
  private static @Nullable String beneath(
      Case question, Tree raw, String path, boolean redirected) {
    TreeEntry entry = raw.get(path);
    String redirect = redirected && entry != null ? redirect(entry) : null;
    if (path.isEmpty()) {
      return "";
    } else if (redirect != null && redirect.startsWith("/")) {
      return redirect.substring(question.directory().length() + 2);
    }
    int slash = path.lastIndexOf('/');
    String parent = merged(question, raw, slash < 0 ? "" : path.substring(0, slash));
    String name = redirect != null ? redirect : path.substring(slash + 1);
    return parent == null ? null : parent.isEmpty() ? name : parent + "/" + name;
  }

  private static @Nullable String merged(Case question, Tree raw, String directory) {
    TreeEntry entry = raw.get(directory);
    boolean opaque = entry != null && entry.marks().contains(TreeEntry.OPAQUE);
    String place = opaque ? null : beneath(question, raw, directory, true);
    boolean there = place != null && (place.isEmpty() || question.state().imageHas(place));
    return there ? place : null;
  }

  private static @Nullable String redirect(TreeEntry entry) {
    return entry.marks().stream()
        .filter(mark -> mark.startsWith(REDIRECT))
        .map(mark -> mark.substring(REDIRECT.length()))
        .findFirst()
        .orElse(null);
  }
}
