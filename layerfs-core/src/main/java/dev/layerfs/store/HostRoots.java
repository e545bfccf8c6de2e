package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;

/**
 * The directories of the host of which something may be mounted in containers.
 *
 * @param allowed directories of any file system; if empty, whatever this process can reach
 */
public record HostRoots(List<Path> allowed) {
  /** Everything. */
  public static final HostRoots ANY = new HostRoots(List.of());

  /** Copies the list. */
  public HostRoots {
    allowed = List.copyOf(allowed);
  }

  /**
   * Follows the symbolic links of a path and checks where they lead.
   *
   * @return the path without links
   * @throws java.nio.file.NoSuchFileException if there is nothing
   * @throws AccessDeniedException if it is in none of the directories
   */
  Path resolve(Path source) throws IOException {
    Path real = source.toRealPath();
    if (allowed.isEmpty()) {
      return real;
    }
    for (Path root : allowed) {
      if (real.getFileSystem().equals(root.getFileSystem()) && real.startsWith(root.toRealPath())) {
        return real;
      }
    }
    throw new AccessDeniedException(
        source.toString(), null, "is in none of the directories that containers may be given");
  }
}
