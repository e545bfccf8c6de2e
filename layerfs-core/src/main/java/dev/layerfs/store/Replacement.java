package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The new content of a record, or of another small file, on its way: written beside it, made durable, then put into its place.
 * Closing it before that leaves the old content.
 */
final class Replacement implements Closeable {
  private final Session session;
  private final Path file;
  private final Path staged;
  private final FileChannel channel;

  private Replacement(Session session, Path file, Path staged, FileChannel channel) {
    this.session = session;
    this.file = file;
    this.staged = staged;
    this.channel = channel;
  }

  /**
   * Writes the new content, which is not durable yet.
   *
   * @param file what is to be replaced, or made
   */
  static Replacement of(Session session, Path file, byte[] content) throws IOException {
    Path staged = session.newPath();
    Replacement replacement =
        new Replacement(session, file, staged, session.io().create(staged));
    try {
      session.io().write(replacement.channel, ByteBuffer.wrap(content));
      return replacement;
    } catch (IOException | RuntimeException e) {
      replacement.closeAfter(e);
      throw e;
    }
  }

  /** Closes this because of a failure. */
  void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes the content durable; any thread may. */
  void force() throws IOException {
    try (channel) {
      session.io().force(channel);
    }
  }

  /** Puts what is durable into its place, durably. */
  void put() throws IOException {
    session.io().rename(staged, file);
    session.io().syncDirectory(Objects.requireNonNull(file.getParent()));
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      session.discard(staged);
    }
  }
}
