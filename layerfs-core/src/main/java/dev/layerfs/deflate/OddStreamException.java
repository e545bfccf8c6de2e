package dev.layerfs.deflate;

import java.io.IOException;

/** A deflate stream has something that no compressor known here writes, so it is not worth a recipe. */
public final class OddStreamException extends IOException {
  private static final long serialVersionUID = 1;

  OddStreamException(String what) {
    super("deflate stream: " + what);
  }
}
