package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Places in a directory, and the bytes that the kernel knows them by. Names are bytes, but the JDK's paths are text of the
 * process's locale; so below the directory a place has names in printable ASCII, all other bytes and {@code %} as {@code %XX}.
 * The directory itself is a path like any other.
 */
final class Places {
  private static final Name DOT = Name.of(".");
  private static final Name DOTS = Name.of("..");
  private static final byte[] TOP = {'/'};
  private static final byte[] EMPTY = {};
  private static final long DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY;

  private final Path directory;
  private final String text;
  private final int prefix;
  private volatile byte @Nullable [] real;
  private final @Nullable Anchor start;
  private final int above;

  private Places(Path directory, byte @Nullable [] real, @Nullable Anchor start, int above) {
    this.directory = directory;
    this.text = directory.toString();
    this.prefix = directory.getNameCount() == 0 ? 0 : text.length();
    this.real = real;
    this.start = start;
    this.above = above;
  }

  /**
   * Knows the places in a directory, whose path is made real once, when a place is first asked for, so that no link is on the way
   * later.
   *
   * @param directory a directory that exists by then
   */
  static Places in(Path directory) {
    return new Places(directory.toAbsolutePath(), null, null, 0);
  }

  private byte[] real() throws PosixException {
    byte[] known = real;
    if (known == null) {
      try {
        known = bytesOf(directory.toRealPath());
      } catch (IOException e) {
        throw LinuxErrors.of(e, directory);
      }
      real = known;
    }
    return known;
  }

  /**
   * Knows the places below a directory that stays open, whatever becomes of its path; or one file, by its name in its directory.
   *
   * @param root a directory or regular file whose path has no symbolic links
   */
  static Places below(Path root) throws PosixException {
    Path absolute = root.toAbsolutePath();
    byte[] real = bytesOf(absolute);
    try (Located at = Located.of(FileCalls.AT_FDCWD, real.length == 0 ? TOP : real, root);
        Descriptor found = at.open(OpenFlags.PATH, root)) {
      FileType type = FileStatus.of(found, root).type();
      if (type == FileType.DIRECTORY) {
        return new Places(absolute, real, new Anchor(at.open(DIRECTORY, root)), real.length);
      }
      Content.requireRegular(type, root);
      return new Places(absolute, real, new Anchor(at.itself(DIRECTORY, root)), lastSlash(real));
    }
  }

  private static int lastSlash(byte[] path) {
    int at = path.length - 1;
    while (path[at] != '/') {
      at--;
    }
    return at;
  }

  /**
   * Returns the place of a name.
   *
   * @throws PosixException {@link Errno#EINVAL} if no file can have the name
   */
  static Path append(Path directory, Name name) throws PosixException {
    if (name.equals(DOT) || name.equals(DOTS)) {
      throw new PosixException(Errno.EINVAL, name + ": not a file name");
    }
    return directory.resolve(isPlain(name) ? name.toString() : escaped(name));
  }

  /** Whether a name, as nearly all, is its own text in a place. */
  private static boolean isPlain(Name name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.byteAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(int b) {
    return b >= ' ' && b < 0x7F && b != '%' && b != '/';
  }

  private static String escaped(Name name) throws PosixException {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      int b = name.byteAt(i) & 0xFF;
      if (b == 0 || b == '/') {
        throw new PosixException(Errno.EINVAL, name + ": not a file name");
      }
      if (isPlain(b)) {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return out.toString();
  }

  /** Opens the directory of a place, without following links. */
  Located locate(Path place) throws PosixException {
    byte[] path = bytes(place);
    if (start == null) {
      return Located.of(FileCalls.AT_FDCWD, path, place);
    }
    byte[] below = below(path);
    return start.open(place, directory -> Located.of(directory, below, place));
  }

  /** Opens what is at a place, only to name it, without following links. */
  Descriptor find(Path place) throws PosixException {
    return open(place, OpenFlags.PATH, 0);
  }

  /**
   * Opens or creates what is at a place, without following links.
   *
   * @param flags {@link OpenFlags}
   * @param mode of what is created; 0 if nothing is
   */
  Descriptor open(Path place, long flags, int mode) throws PosixException {
    byte[] path = bytes(place);
    if (start == null) {
      return Located.open(FileCalls.AT_FDCWD, path, flags, mode, place);
    }
    byte[] below = below(path);
    return start.open(place, directory -> Located.open(directory, below, flags, mode, place));
  }

  private byte[] below(byte[] path) {
    return Arrays.copyOfRange(path, Math.min(above + 1, path.length), path.length);
  }

  /** Gives up what stays open. */
  void close() {
    if (start != null) {
      start.close();
    }
  }

  /** Returns the absolute path of a place, as the kernel takes it, without a zero byte. */
  byte[] bytes(Path place) throws PosixException {
    String absolute = place.toAbsolutePath().toString();
    if (!isBelow(absolute)) {
      if (start != null) {
        throw new IllegalArgumentException(place + " is not in " + directory);
      }
      return bytesOf(place.toAbsolutePath());
    }
    return unescape(real(), absolute, prefix);
  }

  /** Whether a path in the JDK's form, which has no slashes without need, is the directory or leads into it. */
  private boolean isBelow(String path) {
    return path.startsWith(text)
        && (path.length() == prefix || prefix == 0 || path.charAt(prefix) == '/');
  }

  /** Returns the JDK's path of a place, which has the same bytes in every locale if it comes from a URI. */
  Path toPath(Path place) throws PosixException {
    StringBuilder uri = new StringBuilder("file://");
    byte[] bytes = bytes(place);
    for (byte b : bytes.length == 0 ? TOP : bytes) {
      boolean plain = b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '/';
      uri.append(plain ? String.valueOf((char) b) : String.format("%%%02x", b));
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** Returns the bytes of a path of the JDK's, which tells them in a URI only. */
  static byte[] bytesOf(Path path) {
    String raw = path.toUri().getRawPath();
    return unescape(EMPTY, raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw, 0);
  }

  /** Returns bytes, and behind them those that a text stands for from an index on. */
  private static byte[] unescape(byte[] before, String text, int from) {
    byte[] out = Arrays.copyOf(before, before.length + text.length() - from);
    int length = before.length;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        c = (char) (Character.digit(text.charAt(i + 1), 16) << 4
            | Character.digit(text.charAt(i + 2), 16));
        i += 2;
      }
      out[length++] = (byte) c;
    }
    return length == out.length ? out : Arrays.copyOf(out, length);
  }
}
