package dev.layerfs.nio;

import dev.layerfs.posix.DirectoryEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The entries of a directory as they were when it was opened. */
class LayerDirectoryStream implements DirectoryStream<Path> {
  private final LayerPath directory;
  private final DirectoryStream.Filter<? super Path> filter;
  private List<DirectoryEntry> entries;
  private boolean iterating;
  private volatile boolean closed;

  LayerDirectoryStream(
      LayerPath directory,
      List<DirectoryEntry> entries,
      DirectoryStream.Filter<? super Path> filter) {
    this.directory = directory;
    this.entries = entries;
    this.filter = filter;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    if (closed) {
      throw new IllegalStateException("Directory stream is closed");
    }
    if (iterating) {
      throw new IllegalStateException("Iterator already obtained");
    }
    iterating = true;
    Iterator<Path> iterator = new Entries(entries.iterator());
    entries = List.of();
    return iterator;
  }

  @Override
  public void close() throws IOException {
    closed = true;
  }

  private final class Entries implements Iterator<Path> {
    private final Iterator<DirectoryEntry> rest;
    private @Nullable Path next;

    Entries(Iterator<DirectoryEntry> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !closed && rest.hasNext()) {
        Path path = directory.resolve(rest.next().name());
        if (isAccepted(path)) {
          next = path;
        }
      }
      return next != null;
    }

    @Override
    public Path next() {
      Path path = hasNext() ? next : null;
      if (path == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return path;
    }

    private boolean isAccepted(Path path) {
      try {
        return filter.accept(path);
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }
  }
}
