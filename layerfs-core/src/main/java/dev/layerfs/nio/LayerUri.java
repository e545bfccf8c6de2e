package dev.layerfs.nio;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * URIs of paths: {@code layerfs://ID/PATH}. Every byte of the id and of the path's names that RFC 3986 does not count
 * among the unreserved characters is percent-encoded, so names that are not UTF-8 survive.
 */
final class LayerUri {
  static final String SCHEME = "layerfs";

  private static final String UNRESERVED = "-._~";

  private LayerUri() {}

  static URI of(LayerPath path, String id) {
    StringBuilder out = new StringBuilder(SCHEME).append("://");
    encode(id.getBytes(StandardCharsets.UTF_8), false, out);
    encode(path.toBytes(), true, out);
    return URI.create(out.toString());
  }

  /**
   * Returns the bytes of the path that a URI names.
   *
   * @throws IllegalArgumentException if the URI is not one of ours, or names a path with a NUL
   */
  static byte[] path(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("the URI's scheme is not " + SCHEME);
    }
    String path = uri.getRawPath();
    if (path == null || !path.startsWith("/")) {
      throw new IllegalArgumentException("the URI has no absolute path");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("the URI has a query or a fragment");
    }
    byte[] bytes = decode(path);
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("Nul character not allowed");
      }
    }
    return bytes;
  }

  /** Returns the id that a URI names; empty if it names none. */
  static String id(URI uri) {
    String authority = uri.getRawAuthority();
    return authority == null ? "" : new String(decode(authority), StandardCharsets.UTF_8);
  }

  private static void encode(byte[] bytes, boolean slashes, StringBuilder out) {
    for (byte b : bytes) {
      char c = (char) (b & 0xFF);
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (letterOrDigit || (slashes && c == '/') || UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(hex(c >> 4)).append(hex(c & 0xF));
      }
    }
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  /** {@link URI} has checked that every percent sign is followed by two hexadecimal digits. */
  private static byte[] decode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    int start = 0;
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', start)) {
      out.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
      out.write(Integer.parseInt(text, i + 1, i + 3, 16));
      start = i + 3;
    }
    out.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
