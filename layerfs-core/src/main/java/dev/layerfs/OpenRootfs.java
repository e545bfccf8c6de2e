package dev.layerfs;

import dev.layerfs.build.Export;
import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.oci.Digest;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.store.Interruption;
import dev.layerfs.store.OpenImages;
import dev.layerfs.store.OpenVolume;
import dev.layerfs.union.UnionView;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Path;

/** A root file system that is open until it or its store is closed. */
class OpenRootfs implements Rootfs {
  private final WatchableView view;
  private final FileSystem fileSystem;

  /**
   * Opens the {@code java.nio.file} door to a view. Whoever closes the file system closes all of it.
   *
   * @param store closes this when it is closed
   * @param view the root file system
   * @param id what the file system is called
   * @param resource closed last
   */
  OpenRootfs(DirectoryStore store, WatchableView view, String id, Closeable resource)
      throws IOException {
    LayerFileSystem door = LayerFileSystem.of(view, id, store.maxAccountFileBytes());
    door.closeAfterwards(() -> store.forget(this));
    door.closeAfterwards(resource);
    this.view = view;
    this.fileSystem = door;
  }

  static OpenRootfs ofImage(DirectoryStore store, OpenImages.Use image, Digest digest)
      throws IOException {
    UnionView view = UnionView.readOnly(image.image());
    try {
      return store.track(new OpenRootfs(store, view, digest.encoded(), image));
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, image);
      throw e;
    }
  }

  static OpenRootfs ofVolume(DirectoryStore store, OpenVolume volume) throws IOException {
    try {
      HostView view = volume.view(HostViewOptions.DEFAULT);
      String id = "volume-" + volume.record().name();
      return store.track(new OpenRootfs(store, view, id, volume));
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, volume);
      throw e;
    }
  }

  /** Closes what a failure has left open; another failure in that is only noted. */
  static void closeAfter(Throwable failure, Closeable leftOpen) {
    try {
      leftOpen.close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public Path root() {
    return fileSystem.getPath("/");
  }

  @Override
  public PosixView posix() {
    return view;
  }

  @Override
  public void export(OutputStream out, ProgressListener listener) throws IOException {
    Interruption.heeded("export", () -> {
      Export.write(view, out, listener::progress);
      return this;
    });
  }

  @Override
  public final void close() throws IOException {
    fileSystem.close();
  }
}
