package dev.layerfs.union.differential;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.error.InUseException;
import dev.layerfs.testing.Garbage;
import dev.layerfs.union.differential.Syscalls.Renaming;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A container that is open through one of the backends. */
final class OpenedContainer implements AutoCloseable {
  private final @Nullable Mount mount;
  private final @Nullable Container container;
  private final Path scratch;

  private OpenedContainer(@Nullable Mount mount, @Nullable Container container, Path scratch) {
    this.mount = mount;
    this.container = container;
    this.scratch = scratch;
  }

  /**
   * Opens a container.
   *
   * @param target an empty directory, for a mount
   * @param scratch another directory
   */
  static OpenedContainer open(
      LayerStore store, String id, Backend backend, Path target, Path scratch) throws IOException {
    return backend == Backend.KERNEL
        ? new OpenedContainer(store.mount(id, target), null, scratch)
        : new OpenedContainer(null, store.open(id), scratch);
  }

  /** Returns the root directory. */
  Path root() {
    return mount != null ? mount.target() : container().root();
  }

  private Container container() {
    if (container == null) {
      throw new IllegalStateException("a mount");
    }
    return container;
  }

  /** Exchanges two names of the root directory, which the JDK can't, many times. */
  void exchange(String one, String other, int times) throws IOException {
    if (mount == null) {
      ViewSyscalls fs = new ViewSyscalls(container().posix(), "");
      for (int i = 0; i < times; i++) {
        fs.rename(one, other, Renaming.EXCHANGE);
      }
    } else {
      StringBuilder script = new StringBuilder();
      ScriptSyscalls fs = new ScriptSyscalls(script);
      fs.enter(".");
      for (int i = 0; i < times; i++) {
        fs.rename(one, other, Renaming.EXCHANGE);
      }
      fs.tree();
      Driver.Answer answer = new Driver(scratch, MarkNamespace.TRUSTED)
          .run(mount.target(), script.toString())
          .get(0);
      if (!answer.results().stream().allMatch(Outcome.OK::equals)) {
        throw new IOException("exchanges on the mount: " + answer.results());
      }
    }
  }

  /** Closes it; a mount is busy until the garbage collector has found all mappings. */
  @Override
  public void close() throws IOException {
    if (mount == null) {
      container().close();
    } else if (!Garbage.collectUntil(this::unmounts)) {
      mount.close();
    }
  }

  private boolean unmounts() throws IOException {
    try {
      mount.close();
      return true;
    } catch (InUseException e) {
      return false;
    }
  }
}
