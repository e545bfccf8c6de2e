package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;

/** Takes a stream of bytes. Not safe for use by several threads. */
interface ByteSink extends Closeable {
  /** Takes bytes; the array is the caller's again afterwards. */
  void accept(byte[] bytes, int offset, int length) throws IOException;

  /** Has taken all bytes when it returns; called once. */
  default void finish() throws IOException {}

  /** Gives up whatever it needs. Closing it again does nothing. */
  @Override
  default void close() {}
}
