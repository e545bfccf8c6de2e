package dev.layerfs.nio;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a URI of the scheme {@code layerfs} says, in one of two forms:
 *
 * <ul>
 *   <li>{@code layerfs://NAME/PATH} names a file of a file system that is open; {@code NAME} is percent-encoded. This is
 *       the form of {@link java.nio.file.Path#toUri}.
 *   <li>{@code layerfs:STORE!/NAME!/PATH} says, in the style of {@code jar:} URIs, where the file system comes from: {@code
 *       STORE} is the URI of a store's directory, {@code NAME} an image or a container in it. The first {@code !/} ends the
 *       store, the second the name; a {@code !} before a slash within one of them is written {@code %21}.
 * </ul>
 *
 * <p>In both the path may be missing: it is then the root. Every byte that RFC 3986 does not count among the unreserved
 * characters may be percent-encoded, and those that Java's text can't say have to be, so names that are not UTF-8 survive.
 *
 * @param store where the store is, in the second form
 * @param name what names the file system; not empty. Untrusted: compare it or parse it, never make a path of it
 * @param path the bytes of an absolute path
 */
public record LayerUri(Optional<URI> store, String name, byte[] path) {
  /** The scheme. */
  public static final String SCHEME = "layerfs";

  private static final String UNRESERVED = "-._~";
  private static final String SEPARATOR = "!/";

  /**
   * Parses a URI.
   *
   * @param uri any URI
   * @return what it says
   * @throws IllegalArgumentException if it is of neither form, has a query or a fragment, or names a file with a NUL
   */
  public static LayerUri parse(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
      throw malformed("the scheme is not " + SCHEME, uri);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw malformed("it has a query or a fragment", uri);
    }
    return uri.isOpaque() ? parseComplete(uri) : parseOpen(uri);
  }

  private static LayerUri parseOpen(URI uri) {
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw malformed("it names no file system, as in layerfs://NAME/PATH", uri);
    }
    return of(Optional.empty(), authority, uri.getRawPath(), uri);
  }

  private static LayerUri parseComplete(URI uri) {
    String text = uri.getRawSchemeSpecificPart();
    int name = text.indexOf(SEPARATOR);
    if (name < 0) {
      throw malformed("it is not of the form layerfs:STORE!/NAME!/PATH", uri);
    }
    URI store = URI.create(text.substring(0, name));
    if (!store.isAbsolute()) {
      throw malformed("its STORE is not a URI with a scheme", uri);
    }
    name += SEPARATOR.length();
    int path = text.indexOf(SEPARATOR, name);
    return path < 0
        ? of(Optional.of(store), text.substring(name), "", uri)
        : of(Optional.of(store), text.substring(name, path), text.substring(path + 1), uri);
  }

  private static LayerUri of(Optional<URI> store, String rawName, String rawPath, URI uri) {
    byte[] name = decode(rawName);
    byte[] path = decode(rawPath.isEmpty() ? "/" : rawPath);
    if (name.length == 0) {
      throw malformed("it names no file system", uri);
    }
    if (holdsNul(name) || holdsNul(path)) {
      throw malformed("Nul character not allowed", uri);
    }
    return new LayerUri(store, Name.decode(name), path);
  }

  /** A URI holds no control characters, so it can be shown as it is. */
  private static IllegalArgumentException malformed(String why, URI uri) {
    return new IllegalArgumentException(why + ": " + uri);
  }

  private static boolean holdsNul(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the URI of a file in an open file system. */
  static URI of(String name, LayerPath path) {
    StringBuilder out = new StringBuilder(SCHEME).append("://");
    encode(Name.encode(name), false, out);
    encode(path.toBytes(), true, out);
    return URI.create(out.toString());
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
