package dev.layerfs.transfer;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

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

  /** Opens a blob that is not there as a file, but can be made of others; unverified, empty if it can't. */
  default Optional<InputStream> made(Digest blob) throws IOException {
    return Optional.empty();
  }

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
