package dev.layerfs.changeset;

import java.io.IOException;

/** Takes the content of a file as it streams by. */
@FunctionalInterface
public interface DataSink {
  /**
   * Takes a run of bytes. Runs come in ascending order and don't overlap; what lies between them is zero.
   *
   * @param position offset of the first byte in the file
   * @param buffer holds the bytes; only valid during the call
   * @param offset index of the first byte
   * @param length number of bytes, positive
   * @throws IOException if the bytes can't be kept
   */
  void accept(long position, byte[] buffer, int offset, int length) throws IOException;
}
