package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory or file that can be mounted, to be closed after all views of it.
 *
 * @param files how its objects are kept
 * @param root its place
 */
record HostPlace(HostFiles files, Path root) implements Closeable {
  /** Returns a place whose objects are what they are on the host; its path has no symbolic links. */
  static HostPlace of(Path path) throws IOException {
    return new HostPlace(VolumeTree.sharedFiles(path), path);
  }

  /**
   * Opens a view.
   *
   * @param subpath what is shown of it; symbolic links are followed inside it
   * @throws dev.layerfs.posix.PosixException {@code ENOENT} if that does not exist
   */
  HostView view(Optional<String> subpath, HostViewOptions options) throws IOException {
    return HostView.open(files, find(subpath), options);
  }

  /** Finds the place of a part; symbolic links are followed inside the whole. */
  private Path find(Optional<String> subpath) throws IOException {
    if (subpath.isEmpty()) {
      return root;
    }
    try (HostView whole = HostView.open(files, root, HostViewOptions.DEFAULT)) {
      Name[] names = VolumePath.clean(subpath.get()).toArray(new Name[0]);
      Path place = root;
      for (Name name : new Resolver(whole).realPath(names)) {
        place = files.resolve(place, name);
      }
      return place;
    }
  }

  /**
   * Returns the path by which a kernel finds it.
   *
   * @param subpath what of it, if not all
   * @throws PosixException {@link Errno#ENOTSUP} if no kernel sees it
   */
  Path hostPath(Optional<String> subpath) throws IOException {
    if (!root.getFileSystem().equals(FileSystems.getDefault())) {
      throw new PosixException(
          Errno.ENOTSUP, root + " is in a file system of this process, which no kernel sees");
    }
    return files.content(find(subpath));
  }

  @Override
  public void close() {
    files.close();
  }
}
