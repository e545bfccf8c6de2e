package dev.layerfs;

import dev.layerfs.store.MountedContainer;
import java.io.IOException;
import java.nio.file.Path;

/** A mount of a container of a {@link DirectoryStore}. */
final class StoreMount implements Mount {
  private final DirectoryStore store;
  private final MountedContainer container;

  private StoreMount(DirectoryStore store, MountedContainer container) {
    this.store = store;
    this.container = container;
  }

  /** Wraps a mount; that of an ephemeral container ends with the store. */
  static StoreMount of(DirectoryStore store, MountedContainer container) {
    StoreMount mount = new StoreMount(store, container);
    return container.isEphemeral() ? store.track(mount) : mount;
  }

  @Override
  public String container() {
    return container.id().toString();
  }

  @Override
  public Path target() {
    return container.target();
  }

  @Override
  public void close() throws IOException {
    container.unmount(false);
    store.forget(this);
  }

  @Override
  public void unmountLazily() throws IOException {
    container.unmount(true);
    store.forget(this);
  }
}
