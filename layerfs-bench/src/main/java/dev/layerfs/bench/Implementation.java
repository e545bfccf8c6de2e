package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.spi.Installed;
import dev.layerfs.spi.MountBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Who presents an image's files: layerfs in three ways, a rival, and the file system beneath without any layers. */
public enum Implementation {
  /** The union view of a store in {@link Scratch}, on ext4 for example. */
  VIEW {
    @Override
    Root open(BenchStore store) throws IOException {
      Container container = store.container();
      return new Root(container.root(), container);
    }
  },

  /** The union view of a store in memory. */
  VIEW_ON_JIMFS {
    @Override
    LayerStore openStore(Path directory) {
      return LayerStore.inMemory();
    }

    @Override
    Root open(BenchStore store) throws IOException {
      return VIEW.open(store);
    }
  },

  /** A container of layerfs, mounted by the kernel. */
  OVERLAY_MOUNT {
    @Override
    public Optional<String> obstacle() {
      return Installed.mountBackends().implementations().stream()
          .findFirst()
          .map(MountBackend::unavailable)
          .orElse(Optional.of("layerfs-overlay is not installed"));
    }

    @Override
    Root open(BenchStore store) throws IOException {
      Path target = store.scratch().subdirectory("mounted");
      return new Root(target, store.container().mount(target));
    }
  },

  /** The same layers in plain directories, mounted by {@code fuse-overlayfs}. */
  FUSE_OVERLAYFS {
    @Override
    public Optional<String> obstacle() {
      return FuseOverlay.obstacle();
    }

    @Override
    Root open(BenchStore store) throws IOException {
      return FuseOverlay.mount(store.unpackedLayers(), store.scratch());
    }
  },

  /** A copy of the files in a plain directory of the same disk. */
  DIRECTORY {
    @Override
    Root open(BenchStore store) throws IOException {
      Path copy = store.unpacked();
      return new Root(copy, () -> Scratch.delete(copy));
    }
  };

  /** Options of containers that are made by the thousand and thrown away. */
  public static final ContainerOptions EPHEMERAL =
      ContainerOptions.builder().ephemeral().build();

  /** Returns why it can't be measured on this machine; empty if it can. */
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  /** Opens the store that it needs; nothing is made durable, as nothing is by the others. */
  LayerStore openStore(Path directory) throws IOException {
    return LayerStore.open(directory, StoreOptions.builder().unsafeNoSync().build());
  }

  /** Makes a fresh root of the image in {@code store}. */
  abstract Root open(BenchStore store) throws IOException;
}
