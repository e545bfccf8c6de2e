package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A new list of images that has been written, and is not in its place yet: first it has to be durable, with all that it names.
 * The copy comes first, so the list is what the copy says that it is, or was.
 */
final class ImageListChange implements Closeable {
  private final Session session;
  private final Optional<Replacement> copy;
  private final Replacement list;

  private ImageListChange(Session session, Optional<Replacement> copy, Replacement list) {
    this.session = session;
    this.copy = copy;
    this.list = list;
  }

  /**
   * Writes a list and its copy.
   *
   * @param copy the record with the copy; empty if there is to be none
   * @param list the new list
   */
  static ImageListChange of(Session session, Optional<byte[]> copy, byte[] list)
      throws IOException {
    Optional<Replacement> ofCopy = copy.isPresent()
        ? Optional.of(Replacement.of(session, session.paths().indexCopy(), copy.get()))
        : Optional.empty();
    try {
      return new ImageListChange(
          session, ofCopy, Replacement.of(session, session.paths().index(), list));
    } catch (IOException | RuntimeException e) {
      if (ofCopy.isPresent()) {
        ofCopy.get().closeAfter(e);
      }
      throw e;
    }
  }

  /** Returns what makes the content durable, to be run in any order, or at the same time. */
  List<Flusher.Task> forces() {
    List<Flusher.Task> forces = new ArrayList<>(List.of(list::force));
    copy.ifPresent(replacement -> forces.add(replacement::force));
    return forces;
  }

  /** Puts both into their places; the caller has made the content durable. */
  void put() throws IOException {
    if (copy.isPresent()) {
      copy.get().put();
    } else {
      session.io().unlinkIfExists(session.paths().indexCopy());
    }
    list.put();
  }

  @Override
  public void close() throws IOException {
    try (list) {
      if (copy.isPresent()) {
        copy.get().close();
      }
    }
  }
}
