package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.LimitsNotEnforcedException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.Union;
import dev.layerfs.spi.SizedFiles;
import dev.layerfs.spi.SizedFiles.Capacity;
import dev.layerfs.union.Upper;
import dev.layerfs.union.UpperConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Uppers with limits while a kernel writes to them: in a file system of fixed size, in a file beside the container, since a
 * kernel enforces no other limit everywhere. The upper is copied into it, and back after the unmount. {@link LimitedState} is
 * recorded before anything that would be lost is deleted, so that whoever opens the container after a crash finishes it or
 * takes it back. The caller has the container's lock.
 */
final class LimitedUppers {
  /** What the kernel makes in a work directory before anybody can write: a directory. */
  private static final Capacity WORK = new Capacity(4096, 1);

  /** The upper, in the file system. */
  private static final String CONTAINER = "container";

  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final Checkpoints checkpoints;

  LimitedUppers(Session session, Checkpoints checkpoints) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.checkpoints = checkpoints;
  }

  /** Checks that a container has no limits, or that a kernel can be made to enforce them. */
  void requireEnforceable(ContainerRecord record, MountBackend backend)
      throws LimitsNotEnforcedException {
    if (record.limits().any()) {
      sized(record, backend);
    }
  }

  /** Checks that a container has no limits: nobody could see to them if somebody else mounts it. */
  void requireUnlimited(ContainerRecord record) throws LimitsNotEnforcedException {
    if (record.limits().any()) {
      throw new LimitsNotEnforcedException(
          subject(record), "whoever carries out a mount plan would mount it without them");
    }
  }

  private static SizedFiles sized(ContainerRecord record, MountBackend backend)
      throws LimitsNotEnforcedException {
    Optional<SizedFiles> sized = backend.sizedFiles();
    Optional<String> problem = sized.isPresent()
        ? sized.get().unavailable()
        : Optional.of("the backend " + backend.name() + " has no means for it");
    if (problem.isPresent()) {
      throw new LimitsNotEnforcedException(subject(record), problem.get());
    }
    return sized.orElseThrow();
  }

  private static String subject(ContainerRecord record) {
    return "container " + record.id();
  }

  /**
   * Brings the upper of a container to where its limits are enforced.
   *
   * @param union what would be mounted without limits
   * @return what is to be mounted; the same if the container has none
   * @throws LimitsNotEnforcedException if they can't be enforced; then nothing has changed
   */
  Union enter(Mounts.Mountable container, Union union, MountBackend backend) throws IOException {
    ContainerRecord record = container.record();
    if (!record.limits().any()) {
      return union;
    }
    SizedFiles sized = sized(record, backend);
    try {
      write(record, LimitedState.FILLING);
      fill(record, container.image().image(), sized);
      write(record, LimitedState.INSIDE);
    } catch (IOException | RuntimeException e) {
      throw refused(record, backend, e);
    }
    deleteUpper(paths.container(record.id()));
    Path inside = inside(record).toRealPath();
    return new Union(
        union.source(),
        union.lowers(),
        inside.resolve("upper"),
        inside.resolve("work"),
        union.userMarks(),
        union.sync());
  }

  private IOException refused(ContainerRecord record, MountBackend backend, Exception failure) {
    LimitsNotEnforcedException refused =
        new LimitsNotEnforcedException(subject(record), String.valueOf(failure.getMessage()));
    refused.initCause(failure);
    try {
      takeBack(record, backend);
    } catch (IOException e) {
      refused.addSuppressed(e);
    }
    return refused;
  }

  private void fill(ContainerRecord record, ErofsImage image, SizedFiles sized) throws IOException {
    Path file = paths.limitedFile(record.id());
    Path target = paths.limited(record.id());
    Path container = paths.container(record.id());
    Upper.Format format = record.uppers().format();
    io.unlinkIfExists(file);
    SpaceUsage used = Upper.count(container, format);
    SpaceLimits limits = record.limits();
    long bytes = limits.bytes().orElseGet(() -> usable(container));
    sized.make(
        file,
        new Capacity(
            Math.max(bytes, used.bytes()),
            Math.max(limits.inodes().orElse(bytes / 4096), used.inodes())));
    io.mkdirIfMissing(target);
    sized.mount(file, target);
    io.mkdir(inside(record));
    List<Upper> beneath = checkpoints.openEach(record.uppers());
    UpperConverter.convert(image, beneath, Upper.open(container, format), inside(record), format);
    sized.leaveFree(target, rest(limits, used));
    io.syncDirectory(container);
  }

  private static long usable(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  private static Capacity rest(SpaceLimits limits, SpaceUsage used) {
    long bytes = limits.bytes().isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, limits.bytes().getAsLong() - used.bytes()) + WORK.bytes();
    long inodes = limits.inodes().isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, limits.inodes().getAsLong() - used.inodes()) + WORK.inodes();
    return new Capacity(bytes, inodes);
  }

  private Path inside(ContainerRecord record) {
    return paths.limited(record.id()).resolve(CONTAINER);
  }

  private void deleteUpper(Path directory) throws IOException {
    for (String part : Upper.ALL_PARTS) {
      session.delete(directory.resolve(part));
    }
  }

  private void write(ContainerRecord record, LimitedState state) throws IOException {
    session.replace(paths.limitedState(record.id()), state.encode());
  }

  /** The union is mounted and keeps the file system alive; its own mount would only be in the way. */
  void entered(ContainerRecord record, MountBackend backend) {
    if (record.limits().any()) {
      try {
        unmount(record.id(), backend);
      } catch (IOException e) { // that is done when the container is unmounted
        System.getLogger(LimitedUppers.class.getName())
            .log(System.Logger.Level.DEBUG, "left mounted", e);
      }
    }
  }

  private void unmount(Id container, MountBackend backend) throws IOException {
    Path target = paths.limited(container);
    if (Files.exists(target)) {
      Path real = target.toRealPath();
      for (MountBackend.Mounted mounted : backend.mounted()) {
        if (mounted.target().equals(real)) {
          backend.unmount(real, false);
        }
      }
    }
  }

  /**
   * Sees to it that the upper of a container that is not mounted is where it always is.
   *
   * @throws InUseException if somebody still uses what was unmounted
   */
  void leave(ContainerRecord record, ErofsImage image) throws IOException {
    Optional<LimitedState> state = LimitedState.read(paths.limitedState(record.id()));
    if (state.isEmpty()) {
      return;
    }
    MountBackend backend = Mounts.installed()
        .orElseThrow(() -> new LimitsNotEnforcedException(
            subject(record),
            "what was written to it is in " + paths.limitedFile(record.id()) + ", and "
                + Mounts.noBackend()));
    if (state.get() == LimitedState.FILLING) {
      takeBack(record, backend);
      return;
    }
    if (state.get() == LimitedState.INSIDE) {
      copyBack(record, image, backend);
      write(record, LimitedState.RETURNED);
    }
    finish(record, backend);
  }

  private void copyBack(ContainerRecord record, ErofsImage image, MountBackend backend)
      throws IOException {
    SizedFiles sized = sized(record, backend);
    Path file = paths.limitedFile(record.id());
    unmount(record.id(), backend);
    if (sized.isInUse(file)) {
      throw new InUseException(
          subject(record), "was unmounted, but processes still use it; wait until they end");
    }
    sized.mount(file, paths.limited(record.id()));
    Path returned = paths.returned(record.id());
    session.delete(returned);
    io.mkdir(returned);
    Upper.Format format = record.uppers().format();
    List<Upper> beneath = checkpoints.openEach(record.uppers());
    UpperConverter.convert(image, beneath, Upper.open(inside(record), format), returned, format);
    io.syncDirectory(returned);
    io.syncDirectory(paths.container(record.id()));
  }

  /** Each part on its own, so that it does not matter which were moved before. */
  private void finish(ContainerRecord record, MountBackend backend) throws IOException {
    Path container = paths.container(record.id());
    Path returned = paths.returned(record.id());
    for (String part : Upper.ALL_PARTS) {
      if (Files.exists(returned.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
        session.delete(container.resolve(part));
        io.rename(returned.resolve(part), container.resolve(part));
      }
    }
    io.syncDirectory(container);
    takeBack(record, backend);
  }

  /** The file system is not needed any more: the upper is where it always is. */
  private void takeBack(ContainerRecord record, MountBackend backend) throws IOException {
    unmount(record.id(), backend);
    session.delete(paths.returned(record.id()));
    io.unlinkIfExists(paths.limitedFile(record.id()));
    io.unlinkIfExists(paths.limited(record.id()));
    io.unlinkIfExists(paths.limitedState(record.id())); // last: it says that there is more
    io.syncDirectory(paths.container(record.id()));
  }

  /** Unmounts what is left mounted of a container that is about to be deleted. */
  void drop(Id container) throws IOException {
    Optional<MountBackend> backend = Mounts.installed();
    if (backend.isPresent() && Files.exists(paths.limitedState(container))) {
      unmount(container, backend.get());
    }
  }
}
