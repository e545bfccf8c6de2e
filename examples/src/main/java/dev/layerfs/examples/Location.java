package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.error.NotFoundException;
import java.io.File;
import java.io.IOException;

/**
 * A place in a container or image, as the command line names it: {@code web:/etc}, {@code debian:12:/etc}, or a name alone
 * for its root.
 *
 * @param name a container or a reference
 * @param path an absolute path inside
 */
record Location(String name, String path) {
  /**
   * Reads a location. The path begins at the first {@code :/}: neither a reference nor the name of a container has one in
   * it, but a path may.
   *
   * @param text what the user wrote
   * @return the location
   */
  static Location parse(String text) {
    int colon = text.indexOf(":/");
    if (colon >= 0) {
      return new Location(text.substring(0, colon), text.substring(colon + 1));
    }
    boolean noPath = text.endsWith(":");
    return new Location(noPath ? text.substring(0, text.length() - 1) : text, "/");
  }

  /**
   * Tells a location from a path of the host, as {@code docker cp} does: what begins with a dot or a slash, or has no
   * {@code :} with a path after it, is the host's; so is a drive letter on Windows.
   *
   * @param text what the user wrote
   * @return whether it names a place in a container or image
   */
  static boolean isLocation(String text) {
    int colon = text.indexOf(":/");
    boolean drive = colon == 1 && File.separatorChar == '\\';
    return (colon > 0 || text.endsWith(":"))
        && !text.startsWith(".")
        && !text.startsWith("/")
        && !drive;
  }

  /**
   * Opens the root file system that the location is in. A container comes before an image of the same name.
   *
   * @param store where it is
   * @return the open root file system
   * @throws NotFoundException if there is neither a container nor an image of that name
   * @throws IOException if it can't be opened, for example because a container is open elsewhere
   */
  Rootfs open(LayerStore store) throws IOException {
    try {
      return store.open(name);
    } catch (NotFoundException noContainer) {
      try {
        return store.image(name).open();
      } catch (NotFoundException noImage) {
        NotFoundException neither = new NotFoundException("container or image", name);
        neither.addSuppressed(noContainer);
        neither.addSuppressed(noImage);
        throw neither;
      }
    }
  }
}
