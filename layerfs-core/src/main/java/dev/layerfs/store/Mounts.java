package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.Installed;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.Mounted;
import dev.layerfs.spi.MountBackend.Union;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Containers that a kernel shows. A mount outlives the process that made it, so no lock stands for it: a {@link MountRecord}
 * beside the container says that there may be one, and the mount table whether there is. Whoever calls has the container's
 * lock.
 */
public final class Mounts {
  private final Session session;
  private final StorePaths paths;
  private final MountNotes notes;
  private final ImageMounts images;
  private final LimitedUppers limited;

  Mounts(Session session, LimitedUppers limited) {
    this.session = session;
    this.paths = session.paths();
    this.notes = new MountNotes(session);
    this.images = new ImageMounts(session);
    this.limited = limited;
  }

  /**
   * Returns the backend.
   *
   * @throws PosixException {@link Errno#ENOTSUP} that says why this process can't mount
   */
  MountBackend backend() throws PosixException {
    Optional<MountBackend> backend = installed();
    Optional<String> problem =
        backend.isPresent() ? backend.get().unavailable() : Optional.of(noBackend());
    if (problem.isPresent()) {
      throw new PosixException(Errno.ENOTSUP, "mount: " + problem.get());
    }
    return backend.orElseThrow();
  }

  /** Returns the backend, if one is installed that this JDK can load. */
  public static Optional<MountBackend> installed() {
    return Installed.mountBackends().implementations().stream().findFirst();
  }

  /** Says why there is no backend. */
  public static String noBackend() {
    List<String> problems = Installed.mountBackends().problems();
    return problems.isEmpty()
        ? "layerfs-overlay, which mounts, is neither on the class path nor on the module path"
        : String.join("; ", problems);
  }

  /**
   * Mounts a container.
   *
   * @param container what is to be mounted
   * @param target where
   * @param extract whether the image is to be extracted even if the kernel could mount it
   */
  void mount(Mountable container, Path target, boolean extract) throws IOException {
    MountBackend backend = backend();
    Id id = container.record().id();
    boolean hasVolumes = !container.record().volumes().isEmpty();
    if (hasVolumes) {
      notes.begin(id);
    }
    notes.write(id, target.toAbsolutePath().toString(), List.of());
    try {
      mountRoot(container, target, extract, backend);
    } catch (IOException | RuntimeException e) {
      notes.delete(id);
      notes.end(id);
      throw e;
    }
    if (hasVolumes) {
      mountVolumes(container, target, backend);
      notes.end(id);
    }
  }

  private void mountVolumes(Mountable container, Path target, MountBackend backend)
      throws IOException {
    Id id = container.record().id();
    try {
      List<Path> places = container.volumes().mount(target, backend);
      notes.write(id, target.toAbsolutePath().toString(), places);
    } catch (IOException | RuntimeException e) {
      try {
        settle(id);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private void mountRoot(Mountable container, Path target, boolean extract, MountBackend backend)
      throws IOException {
    if (extract || !mountOnImage(container, target, backend)) {
      Path image = images.extracted(container.image());
      mountUnion(container, image, target, backend);
    }
  }

  /**
   * Takes away the mount of a process that died before all volumes were mounted, or after some were not any more. The caller
   * has the container's lock. What is mounted where this process doesn't see it stays.
   *
   * @return whether there was one
   */
  boolean settle(Id container) throws IOException {
    Optional<MountBackend> backend = installed();
    if (!notes.areChanging(container) || backend.isEmpty()) {
      return false;
    }
    List<Path> targets = targets(container, backend.get());
    Collections.reverse(targets);
    for (Path target : targets) {
      backend.get().unmount(target, true);
    }
    if (backend.get().elsewhere(MountRecord.sourceOf(container)).isEmpty()) {
      notes.delete(container);
      notes.end(container);
      unmountUnusedImages(backend.get());
    }
    return !targets.isEmpty();
  }

  private void unmountUnusedImages(MountBackend backend) throws IOException {
    try (LockFile.Held store = session.locks().lockStore()) {
      images.unmountUnused(backend);
    }
  }

  /** With the store's lock, so that nobody takes the image's mount away before the container's uses it. */
  private boolean mountOnImage(Mountable container, Path target, MountBackend backend)
      throws IOException {
    try (LockFile.Held store = session.locks().lockStore()) {
      if (!images.mount(container.image(), backend)) {
        return false;
      }
      try {
        mountUnion(container, images.mountPoint(container.image()), target, backend);
      } catch (IOException | RuntimeException e) {
        images.unmountUnused(backend);
        throw e;
      }
      return true;
    }
  }

  /** Mounts a container's root, where its limits are enforced if it has any. */
  private void mountUnion(Mountable container, Path image, Path target, MountBackend backend)
      throws IOException {
    try {
      backend.mountUnion(limited.enter(container, union(container, image), backend), target);
    } catch (IOException | RuntimeException e) {
      leaveAfter(e, container);
      throw e;
    }
    limited.entered(container.record(), backend);
  }

  private void leaveAfter(Exception failure, Mountable container) {
    try {
      limited.leave(container.record(), container.image().image());
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Checks that this process can mount anything at a place.
   *
   * @throws PosixException {@link Errno#ENOTSUP} that says why not
   */
  void requirePossible(Path target) throws PosixException {
    requireHost(target);
    backend();
  }

  /** Checks that a place, and the store, are where a kernel sees them. */
  void requireHost(Path target) throws PosixException {
    for (Path path : List.of(target, paths.root())) {
      if (!path.getFileSystem().equals(FileSystems.getDefault())) {
        throw new PosixException(
            Errno.ENOTSUP, path + ": a kernel sees only the default file system");
      }
    }
  }

  private Union union(Mountable container, Path image) throws IOException {
    List<Path> lowers = new ArrayList<>();
    for (Id covered : container.record().uppers().beneath()) {
      lowers.add(paths.upper(covered).resolve("upper").toRealPath());
    }
    lowers.add(0, image.toRealPath());
    Collections.reverse(lowers);
    Path directory = paths.container(container.record().id()).toRealPath();
    return new Union(
        MountRecord.sourceOf(container.record().id()),
        lowers,
        directory.resolve("upper"),
        directory.resolve("work"),
        container.userMarks(),
        !container.record().ephemeral());
  }

  /**
   * What somebody else has to mount.
   *
   * @param mountsImage whether the image is to be mounted; if not, it was extracted
   * @param image the image's files
   * @param imageAt where the image is, or is to be mounted
   * @param union the container on it
   * @param options the union's options, as {@code mount(8)} takes them
   * @param volumes what is to be mounted in the container, in this order
   */
  public record Plan(
      boolean mountsImage,
      MountBackend.ImageFiles image,
      Path imageAt,
      Union union,
      List<String> options,
      List<PlannedVolume> volumes) {}

  /**
   * A mount in a container.
   *
   * @param type the file system's type; {@code none} for a bind mount
   * @param source what is mounted
   * @param target the path in the container, without symbolic links
   * @param options the options, as {@code mount(8)} takes them
   */
  public record PlannedVolume(String type, String source, String target, List<String> options) {}

  /**
   * Prepares a container to be mounted by somebody else. Until that has happened, it is not taken for mounted.
   *
   * @param container what is to be mounted
   * @param volumes what is to be mounted in it
   * @param extract whether the image is to be extracted even if the kernel could mount it
   */
  Plan plan(Mountable container, List<PlannedVolume> volumes, boolean extract) throws IOException {
    MountBackend backend =
        installed().orElseThrow(() -> new PosixException(Errno.ENOTSUP, "mount: " + noBackend()));
    MountBackend.ImageFiles files = images.files(container.image());
    boolean straight = !extract && backend.unavailable().isEmpty() && backend.mountsImage(files);
    Path image =
        straight ? images.mountPoint(container.image()) : images.extracted(container.image());
    if (straight) {
      session.io().mkdirIfMissing(image);
    }
    notes.write(container.record().id(), MountRecord.BY_SOMEBODY_ELSE, List.of());
    Union union = union(container, image);
    return new Plan(straight, files, image, union, backend.options(union), volumes);
  }

  /** A container that can be mounted: nobody has it open, and what a kernel would not show right has been settled. */
  record Mountable(
      ContainerRecord record, OpenImages.Use image, boolean userMarks, VolumeMounts volumes) {}

  /** Returns the mounts of containers that this process sees. */
  List<MountedContainer> list(ContainerMounts mounts) throws IOException {
    Optional<MountBackend> backend = installed();
    List<MountedContainer> found = new ArrayList<>();
    if (backend.isPresent()) {
      for (Mounted mounted : backend.get().mounted()) {
        containerOf(mounted)
            .ifPresent(id -> found.add(new MountedContainer(mounts, id, mounted.target(), null)));
      }
    }
    return found;
  }

  private Optional<Id> containerOf(Mounted mounted) {
    return MountRecord.containerOf(mounted.source())
        .filter(id -> notes.exist(id) && !notes.areChanging(id));
  }

  /** Returns the containers that this process sees mounted, but perhaps without all their volumes. */
  Set<Id> incomplete() throws IOException {
    Optional<MountBackend> backend = installed();
    Set<Id> found = new HashSet<>();
    if (backend.isPresent() && backend.get().unavailable().isEmpty()) {
      for (Mounted mounted : backend.get().mounted()) {
        MountRecord.containerOf(mounted.source()).filter(notes::areChanging).ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * Checks that a container is not mounted. The caller has its lock.
   *
   * @throws InUseException if it is, or may be
   */
  void requireUnmounted(Id container) throws IOException {
    if (notes.exist(container)) {
      requireNotSeen(container);
      if (notes.read(container).filter(MountRecord::isPlan).isEmpty()) {
        notes.delete(container);
      }
    }
  }

  /**
   * Checks that a container that others may be about to mount is not mounted yet.
   *
   * @throws InUseException if it is, or may be
   */
  void requireNotSeen(Id container) throws IOException {
    Optional<String> where = notes.exist(container) ? where(container) : Optional.empty();
    if (where.isPresent()) {
      throw new InUseException("container " + container, "is mounted " + where.get());
    }
  }

  private Optional<String> where(Id container) throws IOException {
    Optional<MountBackend> backend = installed();
    if (backend.isEmpty()) {
      return Optional.of(
          "or was, and this process can't look whether it still is (" + noBackend() + ")");
    }
    List<Path> targets = targets(container, backend.get());
    if (!targets.isEmpty()) {
      return Optional.of("at " + targets.get(0) + "; unmount it first");
    }
    return backend
        .get()
        .elsewhere(MountRecord.sourceOf(container))
        .map(elsewhere -> "at " + elsewhere.target() + " where process " + elsewhere.pid()
            + " sees it, in another mount namespace");
  }

  private static List<Path> targets(Id container, MountBackend backend) throws IOException {
    String source = MountRecord.sourceOf(container);
    List<Path> targets = new ArrayList<>();
    for (Mounted mounted : backend.mounted()) {
      if (mounted.source().equals(source)) {
        targets.add(mounted.target());
      }
    }
    return targets;
  }

  /**
   * Unmounts a container wherever this process sees it mounted, the last mount first.
   *
   * @param container the container
   * @param lazily whether it goes out of sight now, although somebody uses it
   * @throws NotFoundException if it is not mounted
   * @throws InUseException if somebody uses it
   */
  void unmount(Id container, boolean lazily) throws IOException {
    MountBackend backend = backend();
    List<Path> targets = targets(container, backend);
    if (targets.isEmpty()) {
      requireUnmounted(container);
      throw new NotFoundException("mount of container", container.toString());
    }
    Optional<MountRecord> note = notes.read(container);
    Collections.reverse(targets);
    boolean ended = note.isPresent() && !note.get().isPlan();
    for (Path target : targets) {
      ended &= lazily
          ? backend.unmount(target, true)
          : unmountWithVolumes(container, target, note, backend);
    }
    unmountUnusedImages(backend);
    if (ended) { // so nobody has to be asked whether he sees it
      notes.delete(container);
    } else {
      requireUnmounted(container);
    }
  }

  /** Returns whether the container's file system has ended. */
  private boolean unmountWithVolumes(
      Id container, Path target, Optional<MountRecord> note, MountBackend backend)
      throws IOException {
    List<Path> volumes = note.map(MountRecord::volumes).orElse(List.of()).stream()
        .filter(place -> place.startsWith(target))
        .toList();
    if (volumes.isEmpty()) {
      return backend.unmount(target, false);
    }
    boolean ended;
    notes.begin(container);
    try {
      ended = backend.unmountWithVolumes(target, volumes);
    } catch (InUseException e) {
      if (e.getSuppressed().length == 0) { // else some volume is missing now
        notes.end(container);
      }
      throw e;
    }
    notes.end(container);
    return ended;
  }

  /** Unmounts what a dead process mounted that was not to outlive it. */
  void unmountDead(Id container) throws IOException {
    settle(container);
    if (notes.exist(container)) {
      try {
        unmount(container, true);
      } catch (NotFoundException e) {
        // it did not come to the mount
      }
    }
  }

  /** Takes away what a process left that died between the mount of an image and that of a container. */
  void recover() throws IOException {
    Optional<MountBackend> backend = installed();
    if (backend.isPresent()
        && backend.get().unavailable().isEmpty()
        && !StoreFiles.list(paths.mounts()).isEmpty()) {
      unmountUnusedImages(backend.get());
    }
  }
}
