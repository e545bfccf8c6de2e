package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Places in a container's directory, and the bytes that the kernel knows them by. Names are bytes, but the JDK's paths are
 * text of the process's locale; so below the directory a place has names in printable ASCII, all other bytes and {@code %}
 * as {@code %XX}. The directory itself is a path like any other, and made real once, so that no link is on the way later.
 */
final class Places {
  private final Path directory;
  private final int prefix;
  private final byte[] real;

  /**
   * Knows the places in a directory.
   *
   * @param directory an existing directory
   */
  Places(Path directory) throws IOException {
    this.directory = directory.toAbsolutePath();
    this.prefix = this.directory.toString().length();
    this.real = bytesOf(this.directory.toRealPath());
  }

  /**
   * Returns the place of a name.
   *
   * @throws PosixException {@link Errno#EINVAL} if no file can have the name
   */
  static Path append(Path directory, Name name) throws PosixException {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      int b = name.byteAt(i) & 0xFF;
      if (b == 0 || b == '/') {
        throw new PosixException(Errno.EINVAL, name + ": not a file name");
      }
      if (b >= ' ' && b < 0x7F && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return directory.resolve(out.toString());
  }

  /** Returns the absolute path of a place, as the kernel takes it, without a zero byte. */
  byte[] bytes(Path place) {
    Path absolute = place.toAbsolutePath();
    if (!absolute.startsWith(directory)) {
      return bytesOf(absolute);
    }
    String below = absolute.toString().substring(prefix);
    ByteArrayOutputStream out = new ByteArrayOutputStream(real.length + below.length());
    out.writeBytes(real);
    unescape(below, out);
    return out.toByteArray();
  }

  /** Returns the JDK's path of a place, which has the same bytes in every locale if it comes from a URI. */
  Path toPath(Path place) {
    StringBuilder uri = new StringBuilder("file://");
    for (byte b : bytes(place)) {
      boolean plain = b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '/';
      uri.append(plain ? String.valueOf((char) b) : String.format("%%%02x", b));
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** Returns the bytes of a path of the JDK's, which tells them in a URI only. */
  static byte[] bytesOf(Path path) {
    String raw = path.toUri().getRawPath();
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length());
    unescape(raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw, out);
    return out.toByteArray();
  }

  private static void unescape(String text, ByteArrayOutputStream out) {
    byte[] in = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%') {
        out.write(Character.digit(in[i + 1], 16) << 4 | Character.digit(in[i + 2], 16));
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
  }
}
