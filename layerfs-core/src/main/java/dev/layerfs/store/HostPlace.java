package dev.layerfs.store;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.Resolver;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    HostView whole = HostView.open(files, root, options);
    if (subpath.isEmpty()) {
      return whole;
    }
    try (whole) {
      Name[] names = VolumePath.clean(subpath.get()).toArray(new Name[0]);
      List<Name> real = new Resolver(whole).realPath(names);
      Path place = root;
      for (Name name : real) {
        place = files.resolve(place, name);
      }
      return HostView.open(files, place, options);
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
