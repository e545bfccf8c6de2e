package dev.layerfs.transfer;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.NotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The files of a source by name, names with {@code /} between them. Only regular files can be read. */
interface SourceFiles {
  /** What the source is, for messages. */
  String subject();

  /** Whether there is a regular file of that name. */
  boolean has(String name) throws IOException;

  /**
   * Opens a regular file.
   *
   * @throws NotFoundException if there is none
   */
  InputStream open(String name) throws IOException;

  /** Reads a document whole. */
  default byte[] read(String name, int maxDocumentBytes) throws IOException {
    try (InputStream in = open(name)) {
      byte[] content = in.readNBytes(maxDocumentBytes);
      if (in.read() >= 0) {
        throw new LimitExceededException(
            subject() + " " + name, "maxDocumentBytes", maxDocumentBytes);
      }
      return content;
    }
  }
}
