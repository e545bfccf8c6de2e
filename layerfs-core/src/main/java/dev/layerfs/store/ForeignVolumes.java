package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.Foreign;
import dev.layerfs.spi.MountBackend.Mounted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Volumes that stand for a file system which the kernel has to mount: each is mounted once for all who use it, and unmounted by
 * the last one. Who uses it the mount table says, and the kernel, to whom whoever has it open is a user. The caller has the
 * volume's lock.
 */
final class ForeignVolumes {
  private final StorePaths paths;
  private final StoreIo io;
  private final Mounts mounts;

  ForeignVolumes(Session session, Mounts mounts) {
    this.paths = session.paths();
    this.io = session.io();
    this.mounts = mounts;
  }

  /**
   * Mounts a volume, unless it is.
   *
   * @return where it is, a path without symbolic links
   * @throws dev.layerfs.posix.PosixException {@code ENOTSUP} if this process can't mount
   */
  Path mount(VolumeName name, VolumeDriver.Kernel driver) throws IOException {
    mounts.requireHost(paths.root());
    MountBackend backend = mounts.backend();
    Path target = paths.volumeMount(name);
    io.mkdirIfMissing(target);
    Path real = target.toRealPath();
    if (find(real, backend.mounted()).isEmpty()) {
      backend.mountForeign(new Foreign(driver.type(), driver.device(), driver.options()), real);
    }
    return real;
  }

  private static Optional<Mounted> find(Path target, List<Mounted> table) {
    return table.stream()
        .filter(mounted -> mounted.target().equals(target))
        .reduce((first, second) -> second);
  }

  /** Unmounts a volume that nobody uses; does nothing if it is in use, or not mounted. */
  void unmountUnused(VolumeName name) throws IOException {
    Path target = paths.volumeMount(name);
    Optional<MountBackend> backend = Mounts.installed();
    if (backend.isEmpty() || !Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path real = target.toRealPath();
    List<Mounted> table = backend.get().mounted();
    Optional<Mounted> mounted = find(real, table);
    if (mounted.isPresent() && isMountedOnce(mounted.get(), table)) {
      try {
        backend.get().unmount(real, false);
      } catch (InUseException e) {
        System.getLogger(ForeignVolumes.class.getName())
            .log(System.Logger.Level.DEBUG, "a volume stays mounted: {0}", e.getMessage());
      }
    }
  }

  /**
   * A container that shows the volume has a mount of its own, which does not keep this one; but one in memory would be another
   * when it is mounted anew. A bind mount is never alone, and always the same.
   */
  private static boolean isMountedOnce(Mounted mounted, List<Mounted> table) {
    return !mounted.type().equals("tmpfs")
        || table.stream()
                .filter(other -> other.device().equals(mounted.device()))
                .count()
            == 1;
  }
}
