package dev.layerfs.soak;

import dev.layerfs.Checkpoint;
import dev.layerfs.Container;
import dev.layerfs.Rootfs;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of an image, a volume or a container.
 *
 * @param content what is in it
 * @param checkpoints what was in the container at each checkpoint that is known of, by its id, and when it was {@link #MADE}
 */
record SoakObject(SoakContent content, SortedMap<String, SoakContent> checkpoints) {
  /** Stands for the moment when a container was made, which a reset goes back to. */
  static final String MADE = "made";

  SoakObject {
    checkpoints = Collections.unmodifiableSortedMap(new TreeMap<>(checkpoints));
  }

  /** Returns an image or a volume. */
  static SoakObject of(SoakContent content) {
    return new SoakObject(content, Collections.emptySortedMap());
  }

  /** Returns a new container. */
  static SoakObject made(SoakContent content) {
    return of(content).checkpoint(MADE);
  }

  /** Returns it with another content. */
  SoakObject with(SoakContent changed) {
    return new SoakObject(changed, checkpoints);
  }

  /** Returns it with another checkpoint, of what it holds now. */
  SoakObject checkpoint(String id) {
    SortedMap<String, SoakContent> more = new TreeMap<>(checkpoints);
    more.put(id, content);
    return new SoakObject(content, more);
  }

  /** Compares what there is with this; returns what is wrong. */
  List<String> problems(Rootfs root, String name) throws IOException {
    SoakContent found = SoakContent.read(root.root());
    if (!found.equals(content)) {
      return List.of(name + " holds " + found + " instead of " + content);
    }
    SortedSet<String> missing = new TreeSet<>(checkpoints.keySet());
    missing.remove(MADE);
    if (!missing.isEmpty() && root instanceof Container container) {
      container.checkpoints().stream().map(Checkpoint::id).forEach(missing::remove);
    }
    return missing.isEmpty() ? List.of() : List.of(name + " has no checkpoints " + missing);
  }

  /** Parses what {@link #toString} returns. */
  static SoakObject parse(String text) {
    String[] words = text.split(" ", -1);
    SortedMap<String, SoakContent> checkpoints = new TreeMap<>();
    for (int i = 1; i < words.length; i++) {
      int end = words[i].indexOf(':');
      checkpoints.put(words[i].substring(0, end), SoakContent.parse(words[i].substring(end + 1)));
    }
    return new SoakObject(SoakContent.parse(words[0]), checkpoints);
  }

  /** Returns it as words, without tabs. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(content.toString());
    checkpoints.forEach((id, was) -> text.append(' ').append(id).append(':').append(was));
    return text.toString();
  }
}
