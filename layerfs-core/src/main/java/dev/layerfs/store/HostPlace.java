package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory or file that can be mounted, to be closed after all views of it. They are views of one tree.
 *
 * @param files how its objects are kept
 * @param root its place
 * @param whole a view of all of it
 */
record HostPlace(HostFiles files, Path root, HostView whole) implements Closeable {
  /** Returns a place whose objects are what they are on the host; its path has no symbolic links. */
  static HostPlace of(Path path) throws IOException {
    HostFiles files = VolumeTree.sharedFiles(path);
    try {
      return of(files, path);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Returns a place that owns the host files. */
  static HostPlace of(HostFiles files, Path root) throws PosixException {
    return new HostPlace(files, root, HostView.open(files, root, HostViewOptions.DEFAULT));
  }

  /**
   * Opens a view.
   *
   * @param subpath what is shown of it; symbolic links are followed inside it
   * @throws PosixException {@code ENOENT} if that does not exist
   */
  HostView view(Optional<String> subpath, HostViewOptions options) throws IOException {
    if (subpath.isEmpty()) {
      return whole.another(options);
    }
    Name[] names = VolumePath.clean(subpath.get()).toArray(new Name[0]);
    Node part = new Resolver(whole).resolve(names, LastLink.FOLLOW).existing();
    return whole.another(part, options);
  }

  /**
   * Returns the path by which a kernel finds it.
   *
   * @param subpath what of it, if not all; symbolic links are followed inside it
   * @throws PosixException {@link Errno#ENOTSUP} if no kernel sees it
   */
  Path hostPath(Optional<String> subpath) throws IOException {
    if (!root.getFileSystem().equals(FileSystems.getDefault())) {
      throw new PosixException(
          Errno.ENOTSUP, root + " is in a file system of this process, which no kernel sees");
    }
    Path place = root;
    if (subpath.isPresent()) {
      Name[] names = VolumePath.clean(subpath.get()).toArray(new Name[0]);
      for (Name name : new Resolver(whole).realPath(names)) {
        place = files.resolve(place, name);
      }
    }
    return files.content(place);
  }

  @Override
  public void close() throws IOException {
    try (Closeable last = files::close) {
      whole.close();
    }
  }
}
