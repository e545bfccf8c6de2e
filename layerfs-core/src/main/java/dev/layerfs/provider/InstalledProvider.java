package dev.layerfs.provider;

import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.nio.LayerFileSystemProvider;
import dev.layerfs.nio.LayerUri;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The provider that the JDK finds: opens what a store holds, by URI. The module's documentation tells the forms of URIs and
 * the keys of the environment.
 */
public final class InstalledProvider extends LayerFileSystemProvider {
  private final OpenedByUri opened = new OpenedByUri();

  /** For the {@link java.util.ServiceLoader}. */
  public InstalledProvider() {}

  /**
   * Opens a container, writable, or an image, read-only. Closing the file system closes what was opened for it.
   *
   * @throws IllegalArgumentException if the URI or the environment is malformed
   * @throws FileSystemAlreadyExistsException if the URI names a file system that is open
   * @throws NotFoundException if there is no such store, or nothing of that name in it
   * @throws dev.layerfs.error.InUseException if somebody has the container open
   * @throws IOException if it can't be opened
   */
  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
    LayerUri what = LayerUri.parse(uri);
    StoreUse.Source source = StoreUse.source(what, env);
    OpenedByUri.Place place = OpenedByUri.Place.of(what);
    if (find(what) != null || !opened.claim(place)) {
      throw new FileSystemAlreadyExistsException(uri.toString());
    }
    LayerFileSystem fileSystem = null;
    try {
      fileSystem = open(source, what.name());
      opened.put(place, fileSystem);
    } finally {
      if (fileSystem == null) {
        opened.remove(place);
      }
    }
    fileSystem.closeAfterwards(() -> opened.remove(place));
    return fileSystem;
  }

  private static LayerFileSystem open(StoreUse.Source source, String name) throws IOException {
    StoreUse use = source.open();
    try {
      Rootfs rootfs = open(use.store(), name);
      LayerFileSystem fileSystem = (LayerFileSystem) rootfs.root().getFileSystem();
      fileSystem.closeAfterwards(use);
      return fileSystem;
    } catch (IOException | RuntimeException e) {
      use.closeAfter(e);
      throw e;
    }
  }

  private static Rootfs open(LayerStore store, String name) throws IOException {
    try {
      return store.open(store.container(name).id());
    } catch (NotFoundException noContainer) {
      try {
        return store.image(name).open();
      } catch (NotFoundException noImage) {
        throw new NotFoundException("container or image", name);
      }
    }
  }

  @Override
  protected @Nullable LayerFileSystem find(LayerUri file) {
    LayerFileSystem fileSystem = opened.find(file);
    return fileSystem == null ? super.find(file) : fileSystem;
  }
}
