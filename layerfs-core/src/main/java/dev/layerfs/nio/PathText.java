package dev.layerfs.nio;

import dev.layerfs.posix.Name;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/** Turns the text of paths into bytes. */
final class PathText {
  private PathText() {}

  /**
   * Returns the bytes of a path.
   *
   * @throws InvalidPathException if the text holds a NUL, or a lone surrogate that stands for no byte
   */
  static byte[] encode(String text) {
    boolean surrogates = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw new InvalidPathException(text, "Nul character not allowed", i);
      }
      surrogates |= Character.isSurrogate(c);
    }
    if (!surrogates) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Name.encode(text);
    } catch (IllegalArgumentException e) {
      InvalidPathException invalid =
          new InvalidPathException(text, "Malformed input: lone surrogate");
      invalid.initCause(e);
      throw invalid;
    }
  }

  /** Joins the parts of {@code FileSystem.getPath}; empty ones don't count. */
  static String join(String first, String... more) {
    if (more.length == 0) {
      return first;
    }
    StringBuilder out = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        out.append(out.isEmpty() ? "" : "/").append(part);
      }
    }
    return out.toString();
  }
}
