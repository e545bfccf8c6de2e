package dev.layerfs.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Everything beneath a file, and the file itself: a directory before what is in it, names in order. Symbolic links are not
 * followed. Not recursive, so that no depth of directories is too much.
 */
final class Walk implements Iterator<RootFile> {
  private final Deque<Iterator<RootFile>> directories = new ArrayDeque<>();

  /**
   * Begins a walk.
   *
   * @param start the first file
   */
  Walk(RootFile start) {
    directories.push(List.of(start).iterator());
  }

  @Override
  public boolean hasNext() {
    while (!directories.isEmpty() && !directories.peek().hasNext()) {
      directories.pop();
    }
    return !directories.isEmpty();
  }

  /**
   * Returns the next file.
   *
   * @throws UncheckedIOException if it is a directory that can't be read
   */
  @Override
  public RootFile next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RootFile file = directories.getFirst().next();
    if (file.isDirectory()) {
      try {
        directories.push(file.children().iterator());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file;
  }
}
