package dev.layerfs.transfer;

import java.io.IOException;
import java.io.InputStream;

/** Where saved images go: files with relative paths, each written once, directories before what is in them. */
interface ImageOutput {
  /** Makes a directory. */
  void directory(String path) throws IOException;

  /** Writes a small file. */
  void file(String path, byte[] content) throws IOException;

  /** Writes a file of a known length. */
  void file(String path, long size, InputStream content) throws IOException;

  /** Ends the output. */
  void finish() throws IOException;
}
