package dev.layerfs.changeset;

import dev.layerfs.error.Printable;
import java.util.ArrayList;
import java.util.List;

/** What a reader dropped or passed over, in words; bounded, whatever the input does. */
final class Notes {
  private static final int MAX_NOTES = 100;

  private final List<String> notes = new ArrayList<>();
  private long unlisted;

  /**
   * Adds a note.
   *
   * @param place where; escaped here
   * @param text what happened; may hold untrusted text; escaped here
   */
  void add(ArchivePlace place, String text) {
    if (notes.size() < MAX_NOTES) {
      notes.add(Printable.of(place.toString()) + ": " + Printable.of(text));
    } else {
      unlisted++;
    }
  }

  List<String> toList() {
    List<String> all = new ArrayList<>(notes);
    if (unlisted > 0) {
      all.add("and " + unlisted + " more");
    }
    return List.copyOf(all);
  }
}
