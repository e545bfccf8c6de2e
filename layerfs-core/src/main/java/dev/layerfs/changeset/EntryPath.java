package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Turns names of tar members into paths from the root, by their text alone: nothing is looked up anywhere. */
final class EntryPath {
  private EntryPath() {}

  /**
   * Splits a name at its slashes. Leading and repeated slashes and {@code .} say nothing; {@code ..} is refused wherever it
   * stands.
   *
   * @param text the name: not longer than a path may be, without NUL
   * @return its components; none for the root
   */
  static List<Name> parse(byte[] text, ArchivePlace place, Limits limits) throws IOException {
    List<Name> path = new ArrayList<>(8);
    int from = 0;
    while (from < text.length) {
      int to = from;
      while (to < text.length && text[to] != '/') {
        to++;
      }
      if (!isDots(text, from, to, 1) && from < to) {
        path.add(component(text, from, to, place, limits));
      }
      from = to + 1;
    }
    return List.copyOf(path);
  }

  private static Name component(byte[] text, int from, int to, ArchivePlace place, Limits limits)
      throws IOException {
    if (isDots(text, from, to, 2)) {
      throw place.malformed("path with \"..\"");
    }
    Name name = Name.ofBytes(text, from, to);
    // The name that a whiteout removes may have the full length itself.
    int prefix = Whiteout.isReserved(name) ? Whiteout.PREFIX_LENGTH : 0;
    if (name.length() - prefix > limits.maxNameBytes()) {
      throw place.exceeds("maxNameBytes", limits.maxNameBytes());
    }
    return name;
  }

  private static boolean isDots(byte[] text, int from, int to, int dots) {
    if (to - from != dots) {
      return false;
    }
    return text[from] == '.' && text[to - 1] == '.';
  }
}
