package dev.layerfs.changeset;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.Name;

/** Where in an archive the reader is; makes the exceptions that say so. */
final class ArchivePlace {
  private static final byte[] NO_NAME = {};

  private final String subject;
  private long index;
  private byte[] name = NO_NAME;

  ArchivePlace(String subject) {
    this.subject = subject;
  }

  /** Moves to the headers of an entry whose name is not known yet. */
  void enter(long entryIndex) {
    index = entryIndex;
    name = NO_NAME;
  }

  void name(byte[] entryName) {
    name = entryName;
  }

  MalformedImageException malformed(String rule) {
    return new MalformedImageException(toString(), rule);
  }

  LimitExceededException exceeds(String limit, long maximum) {
    return new LimitExceededException(toString(), limit, maximum);
  }

  /** Returns the place in words; not escaped yet. */
  @Override
  public String toString() {
    String entry = subject + " entry " + index;
    return name.length == 0 ? entry : entry + " '" + Name.decode(name) + "'";
  }
}
