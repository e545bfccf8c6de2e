package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.PosixException;
import dev.layerfs.union.CoveredStack;
import dev.layerfs.union.IdentityView;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/** Mounts and unmounts the containers of a store. Safe for use by several threads. */
public final class ContainerMounts {
  private final Containers containers;
  private final Session session;
  private final Mounts mounts;
  private final LimitedUppers limited;

  ContainerMounts(Containers containers, Session session, Mounts mounts, LimitedUppers limited) {
    this.containers = containers;
    this.session = session;
    this.mounts = mounts;
    this.limited = limited;
  }

  /**
   * Mounts a container.
   *
   * @param target an existing directory
   * @param extract whether the image is to be extracted even if the kernel could mount it
   * @return the mounted container
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open, or it is mounted
   * @throws PosixException {@link Errno#ENOTSUP} if this process can't mount
   */
  public MountedContainer mount(Id id, Path target, boolean extract) throws IOException {
    requirePossible(target);
    return containers.whileClosed(id, (record, use) -> {
      mount(record, use, target, extract);
      return new MountedContainer(this, id, target, null);
    });
  }

  /**
   * Checks that this process can mount anything at a place.
   *
   * @throws PosixException {@link Errno#ENOTSUP} that says why not
   */
  void requirePossible(Path target) throws PosixException {
    mounts.requirePossible(target);
  }

  /**
   * Checks that a kernel can be made to enforce a container's limits, if it has any.
   *
   * @throws dev.layerfs.error.LimitsNotEnforcedException that says why not
   */
  void requireEnforceable(ContainerRecord record) throws IOException {
    limited.requireEnforceable(record, mounts.backend());
  }

  /** Mounts a container; the caller has its lock. */
  void mount(ContainerRecord record, OpenImages.Use use, Path target, boolean extract)
      throws IOException {
    mounts.mount(mountable(record, use), target, extract);
  }

  /** Returns a directory to mount a container at, which goes with it; made if there is none. */
  public Path ownMountPoint(Id id) throws IOException {
    Path target = session.paths().container(id).resolve("rootfs");
    try {
      session.io().mkdir(target);
    } catch (FileAlreadyExistsException e) {
      // from the last time
    }
    return target;
  }

  /**
   * Prepares a container to be mounted by somebody else.
   *
   * @param extract whether the image is to be extracted even if the kernel could mount it
   * @return what is to be mounted
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open, or it is mounted
   * @throws dev.layerfs.error.LimitsNotEnforcedException if it has limits
   */
  public Mounts.Plan plan(Id id, boolean extract) throws IOException {
    mounts.requireHost(session.paths().root());
    return containers.whileClosed(id, (record, use) -> {
      limited.requireUnlimited(record);
      Mounts.Mountable container = mountable(record, use);
      return mounts.plan(container, planned(container, use), extract);
    });
  }

  /** Says what of a container's volumes somebody else has to mount, and makes the places where. */
  private List<Mounts.PlannedVolume> planned(Mounts.Mountable container, OpenImages.Use use)
      throws IOException {
    ContainerRecord record = container.record();
    if (record.volumes().isEmpty()) {
      return List.of();
    }
    CoveredStack beneath = containers.checkpoints().beneath(record.uppers(), use.image());
    try (ContainerVolumes open =
            ContainerVolumes.open(containers.volumes(), record.volumes(), Identity.ROOT);
        UnionView view = UnionView.open(beneath, containers.limitedUpper(record), Identity.ROOT);
        IdentityView mounted = open.mountIn(view)) {
      return container.volumes().plan(mounted);
    }
  }

  /** Sees to it that a kernel shows what the view shows. */
  private Mounts.Mountable mountable(ContainerRecord found, OpenImages.Use use) throws IOException {
    ContainerRecord record = found;
    List<Upper> uppers = containers.openUppers(record);
    if (needsSettling(uppers)) {
      record = containers.converted(found, use);
      uppers = containers.openUppers(record);
    }
    if (needsSettling(uppers)) {
      throw new PosixException(
          Errno.ENOTSUP,
          "container " + record.id()
              + ": it holds files that this process can't make as a kernel would show them; mount it as root");
    }
    Upper own = uppers.get(uppers.size() - 1);
    if (own.mayBeSparse()) {
      settleContent(record, use);
    }
    containers.checkpoints().makeUpper(record, use.image());
    VolumeMounts volumes = new VolumeMounts(containers.volumes(), record);
    return new Mounts.Mountable(record, use, own.hasUserMarks(), volumes);
  }

  private static boolean needsSettling(List<Upper> uppers) {
    return uppers.stream().anyMatch(Upper::needsSettling);
  }

  /** Files that were copied up without their content get it now. */
  private void settleContent(ContainerRecord record, OpenImages.Use use) throws IOException {
    CoveredStack beneath = containers.checkpoints().beneath(record.uppers(), use.image());
    try (UnionView view = UnionView.open(beneath, containers.limitedUpper(record), Identity.ROOT)) {
      view.uppers().settle();
    }
  }

  /**
   * Unmounts a container wherever this process sees it mounted.
   *
   * @param lazily whether it goes out of sight now, although somebody uses it
   * @throws NotFoundException if there is no such container, or it is not mounted
   * @throws dev.layerfs.error.InUseException if somebody uses it
   */
  public void unmount(Id id, boolean lazily) throws IOException {
    ContainerRecord record = containers.read(id);
    try (LockFile.Held lock = session.lockContainer(id, record.ephemeral())) {
      if (!mounts.settle(id)) {
        mounts.unmount(id, lazily);
        if (!lazily) {
          containers.leaveLimited(id);
        }
      }
    }
    containers.volumes().unmountUnused(record.volumes());
  }

  /** Unmounts an ephemeral container and removes it; then gives up its lock. */
  void unmountAndDelete(Id id, boolean lazily, LockFile.Held lock) throws IOException {
    mounts.unmount(id, lazily);
    ContainerRecord record = containers.read(id);
    try (lock) {
      containers.volumes().unmountUnused(record.volumes());
      containers.removal().delete(record);
    }
  }

  /** Returns the mounts of containers that this process sees. */
  public List<MountedContainer> list() throws IOException {
    return mounts.list(this);
  }

  /** Takes away what mounts have left that did not come about. */
  void recover() throws IOException {
    for (Id id : mounts.incomplete()) {
      LockFile.Held lock = session.tryLockContainer(id);
      if (lock != null) { // else somebody is about to complete it
        try (lock) {
          mounts.settle(id);
        }
      }
    }
    mounts.recover();
  }
}
