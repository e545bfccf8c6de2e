package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.Bind;
import dev.layerfs.spi.MountBackend.Memory;
import dev.layerfs.spi.MountBackend.Volume;
import dev.layerfs.store.Mounts.PlannedVolume;
import dev.layerfs.union.IdentityView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The volumes of one container, as a kernel is to show them: those nearer to the root first, whatever the order given. */
final class VolumeMounts {
  /** As docker mounts what is in memory. */
  private static final List<String> MEMORY_OPTIONS = List.of("nosuid", "nodev", "noexec");

  private final Volumes volumes;
  private final List<VolumeUse> uses;

  VolumeMounts(Volumes volumes, ContainerRecord container) {
    this.volumes = volumes;
    this.uses = container.volumes().stream()
        .sorted(Comparator.comparingInt(use -> use.path().size()))
        .toList();
  }

  /**
   * Mounts all in a mounted container.
   *
   * @param root where the container is mounted
   * @return where they are mounted, in this order
   * @throws PosixException {@link Errno#ENOTSUP} if a kernel can't show one of them
   */
  List<Path> mount(Path root, MountBackend backend) throws IOException {
    List<Path> places = new ArrayList<>();
    for (VolumeUse use : uses) {
      places.add(mount(use, root, backend));
    }
    return places;
  }

  /** A volume stays open, and so nobody removes it, until the kernel shows it. */
  private Path mount(VolumeUse use, Path root, MountBackend backend) throws IOException {
    if (use.source() instanceof VolumeSource.Memory memory) {
      Volume volume =
          new Memory(memory.maxBytes(), memory.maxInodes(), memory.mode(), use.readOnly());
      return backend.mountVolume(volume, root, use.path());
    }
    if (use.source() instanceof VolumeSource.Named named) {
      try (OpenVolume open = volumes.open(named.name())) {
        return backend.mountVolume(bind(use, open.hostPath(Optional.empty())), root, use.path());
      }
    }
    try (HostPlace place = volumes.drivers().place(use.source())) {
      return backend.mountVolume(bind(use, place.hostPath(Optional.empty())), root, use.path());
    }
  }

  private static Bind bind(VolumeUse use, Path source) {
    return new Bind(source, subpath(use), use.readOnly());
  }

  private static List<Name> subpath(VolumeUse use) {
    return use.subpath().map(VolumePath::clean).orElse(List.of());
  }

  /**
   * Says what somebody else has to mount.
   *
   * @param view the container with its volumes, which has made the places where they come
   */
  List<PlannedVolume> plan(IdentityView view) throws IOException {
    List<PlannedVolume> planned = new ArrayList<>();
    for (VolumeUse use : uses) {
      Name[] path = use.path().toArray(new Name[0]);
      planned.add(plan(use, VolumePath.absolute(new Resolver(view).realPath(path))));
    }
    return planned;
  }

  private PlannedVolume plan(VolumeUse use, String target) throws IOException {
    List<String> options = new ArrayList<>(List.of(use.readOnly() ? "ro" : "rw"));
    if (use.source() instanceof VolumeSource.Memory memory) {
      options.addAll(MEMORY_OPTIONS);
      options.add("size=" + memory.maxBytes());
      options.add("nr_inodes=" + memory.maxInodes());
      options.add("mode=" + Integer.toOctalString(memory.mode()));
      return new PlannedVolume("tmpfs", "tmpfs", target, options);
    }
    options.addAll(0, List.of("rbind", "rprivate"));
    if (use.source() instanceof VolumeSource.Named named) {
      if (volumes.read(named.name()).driver() instanceof VolumeDriver.Kernel kernel) {
        return plan(use, kernel, target);
      }
      try (OpenVolume open = volumes.open(named.name())) {
        return bind(use.part(() -> open.hostPath(use.subpath())), target, options);
      }
    }
    try (HostPlace place = volumes.drivers().place(use.source())) {
      return bind(use.part(() -> place.hostPath(use.subpath())), target, options);
    }
  }

  private static PlannedVolume bind(Path source, String target, List<String> options) {
    return new PlannedVolume("none", source.toString(), target, options);
  }

  private static PlannedVolume plan(VolumeUse use, VolumeDriver.Kernel kernel, String target)
      throws PosixException {
    boolean secret =
        !kernel.toString().equals(kernel.type() + " " + kernel.device() + " " + kernel.options());
    if (secret || use.subpath().isPresent()) {
      throw new PosixException(
          Errno.ENOTSUP,
          use.target() + ": " + kernel
              + ": a plan would show its password, or can't have a part of it;"
              + " mount the container with this process");
    }
    List<String> options = new ArrayList<>(kernel.options());
    options.add(use.readOnly() ? "ro" : "rw");
    return new PlannedVolume(kernel.type(), kernel.device(), target, options);
  }
}
