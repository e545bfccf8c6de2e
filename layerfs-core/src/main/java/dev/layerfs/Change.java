package dev.layerfs;

import dev.layerfs.posix.Aspect;
import java.util.Set;

/**
 * One difference between a root file system and what it is compared with. Immutable.
 *
 * @param kind what happened
 * @param path the absolute path, beginning with {@code /}; a byte that is not UTF-8 appears as U+DC80 to U+DCFF
 * @param aspects what a {@link Kind#MODIFIED} object differs in; empty for a directory that only has changes in it, and for
 *     other kinds
 */
public record Change(Kind kind, String path, Set<Aspect> aspects) {
  /** Keeps an unmodifiable copy of the set. */
  public Change {
    aspects = Set.copyOf(aspects);
  }

  /** Makes a change of which no more is known. */
  Change(Kind kind, String path) {
    this(kind, path, Set.of());
  }

  /** What happened to a path, with the letters docker uses. */
  public enum Kind {
    /** It is there now and was not before. */
    ADDED('A'),
    /** Its content or attributes differ, or something in the directory does. */
    MODIFIED('C'),
    /** It was there before and is not now. */
    DELETED('D');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /**
     * Returns the letter that docker prints for it.
     *
     * @return {@code A}, {@code C} or {@code D}
     */
    public char letter() {
      return letter;
    }
  }

  /** Returns the change as {@code docker diff} prints it, for example {@code A /etc/motd}. */
  @Override
  public String toString() {
    return kind.letter() + " " + path;
  }
}
