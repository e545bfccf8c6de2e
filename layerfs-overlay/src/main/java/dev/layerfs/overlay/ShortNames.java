package dev.layerfs.overlay;

import java.io.Closeable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of at most {@value FsContext#MAX_VALUE} bytes for files that have longer ones: a directory on the way is opened, and
 * the rest of the path begins there. All layers of a store share such a directory. The names are good until this is closed.
 */
final class ShortNames implements Closeable {
  /** What {@link Descriptor#path} and a slash need at most. */
  private static final int PREFIX = 25;

  private final MountCalls calls;
  private final Map<String, Descriptor> open = new LinkedHashMap<>();

  ShortNames(MountCalls calls) {
    this.calls = calls;
  }

  /** Returns a name of a file that an {@code fsconfig} takes. */
  RawPath of(RawPath path) throws KernelError {
    byte[] bytes = path.bytes();
    if (bytes.length <= FsContext.MAX_VALUE) {
      return path;
    }
    int cut = nextSlash(bytes, bytes.length - (FsContext.MAX_VALUE - PREFIX) - 1);
    Descriptor directory = directory(new RawPath(Arrays.copyOf(bytes, cut)));
    RawPath start = RawPath.ofText(directory.path());
    return start.append(Arrays.copyOfRange(bytes, cut, bytes.length));
  }

  /** Returns the first slash from an index on, or the end. */
  private static int nextSlash(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '/') {
      at++;
    }
    return at;
  }

  private Descriptor directory(RawPath path) throws KernelError {
    String key = Arrays.toString(path.bytes());
    Descriptor known = open.get(key);
    if (known == null) {
      known = Descriptor.of(calls, path);
      open.put(key, known);
    }
    return known;
  }

  @Override
  public void close() throws KernelError {
    for (Descriptor descriptor : open.values()) {
      descriptor.close();
    }
  }
}
