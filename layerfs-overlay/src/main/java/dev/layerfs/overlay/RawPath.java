package dev.layerfs.overlay;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A path as the bytes that the kernel knows. The JDK decodes names in the locale's charset, which loses bytes in some
 * locales; a path's URI has all of them.
 */
record RawPath(byte[] bytes) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Returns the absolute form of a path of the default file system. */
  static RawPath of(Path path) {
    String encoded = path.toAbsolutePath().toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return new RawPath(bytes.toByteArray()).withoutSlash();
  }

  /** Returns a text as the kernel takes it. */
  static RawPath ofText(String text) {
    return new RawPath(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns this path and something behind it. */
  RawPath append(byte[] more) {
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, all, bytes.length, more.length);
    return new RawPath(all);
  }

  /** {@link Path#toUri} ends with a slash if there is a directory. */
  private RawPath withoutSlash() {
    int length = bytes.length;
    return length > 1 && bytes[length - 1] == '/'
        ? new RawPath(Arrays.copyOf(bytes, length - 1))
        : this;
  }

  /** Returns the path of the default file system. The bytes must begin with a slash. */
  Path toPath() {
    StringBuilder uri = new StringBuilder("file://");
    for (byte b : bytes) {
      if (b == '/' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9') {
        uri.append((char) b);
      } else {
        uri.append('%').append(HEX.toHexDigits(b));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** Copies the bytes, and a zero behind them. */
  MemorySegment in(Arena arena) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /** Returns it for messages. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
