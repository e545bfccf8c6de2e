package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import java.io.IOException;
import java.nio.file.Path;

/** The writable layer of a container on the host: directories upper/ and work/ in overlayfs's format. */
public final class Upper {
  private Upper() {}

  /** How an upper is stored; kept in the container's record as a short text. */
  public record Format(String name) {}

  /** What this host can do best for uppers in that directory. Asked once for a store. */
  public static Format bestFormat(Path storeDirectory) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes upper/ and work/ in a new, empty container directory; root attributes come from the image's root. */
  public static void create(Path containerDirectory, Format format, ErofsImage image)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Opens them. The caller holds the container's lock. */
  public static Upper open(Path containerDirectory, Format format) throws IOException {
    throw new UnsupportedOperationException();
  }
}
