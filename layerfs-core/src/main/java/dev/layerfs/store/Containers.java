package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.union.CoveredStack;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The containers of a store. One comes into being, and ends, by the rename of its directory between {@code staging} and
 * {@code containers}; whoever changes or opens it has its lock.
 */
public final class Containers {
  private static final int MIN_PREFIX = 4;

  private final Session session;
  private final StorePaths paths;
  private final ContainerList list;
  private final ContainerNames names;
  private final Documents documents;
  private final OpenImages openImages;
  private final CoveredUppers covered;
  private final Checkpoints checkpoints;
  private final Conversions conversions;
  private final LimitedUppers limited;
  private final Mounts mounts;
  private final ContainerMounts containerMounts;
  private final ContainerMaking making;
  private final BestFormat formats;
  private final Volumes volumes;
  private final ContainerRemoval removal;

  Containers(
      Session session,
      ContainerList list,
      ImageListFile imageList,
      Documents documents,
      OpenImages openImages,
      HostRoots roots) {
    this.session = session;
    this.paths = session.paths();
    this.list = list;
    this.names = new ContainerNames(session, list);
    this.documents = documents;
    this.openImages = openImages;
    this.covered = new CoveredUppers(session);
    this.checkpoints = new Checkpoints(session, covered);
    this.conversions = new Conversions(session, covered, checkpoints);
    this.limited = new LimitedUppers(session, checkpoints);
    this.mounts = new Mounts(session, limited);
    this.containerMounts = new ContainerMounts(this, session, mounts, limited);
    this.making = new ContainerMaking(session, names, imageList, documents);
    this.formats = new BestFormat(session);
    this.volumes = new Volumes(session, list, mounts, formats, roots);
    this.removal = new ContainerRemoval(session, list, names, covered, limited, mounts, volumes);
  }

  /**
   * Makes a container and opens it.
   *
   * @param image its image
   * @param spec what is asked of it
   * @return the open container
   * @throws NotFoundException if the image was removed
   * @throws AlreadyExistsException if the name is taken
   */
  public OpenContainer create(StoredImage image, ContainerSpec spec) throws IOException {
    String imageName =
        image.names().isEmpty() ? image.digest().toString() : image.names().get(0);
    UppersRecord uppers = UppersRecord.of(formats.ofUppers(), List.of());
    ContainerRecord record = record(spec, image.descriptor(), imageName, uppers);
    LockFile.Held lock = session.lockNewContainer(record);
    return withImage(image, lock, use -> {
      try (UnionView tree = UnionView.readOnly(use.image())) {
        List<VolumeUse> all = spec.maxImageVolumes() > 0
            ? new ImageVolumes(image, tree, spec.maxImageVolumes()).with(spec.volumes())
            : spec.volumes();
        return create(record, NewVolumes.ofImage(volumes, spec.volumes(), all), tree, use, lock);
      }
    });
  }

  /**
   * Makes a container and opens it; if anything fails there is no such container.
   *
   * @param content what is in it, which its volumes are filled with before anybody sees it
   */
  private OpenContainer create(
      ContainerRecord asked,
      NewVolumes held,
      PosixView content,
      OpenImages.Use use,
      LockFile.Held lock)
      throws IOException {
    ContainerRecord record = asked.with(held.uses());
    boolean made = false;
    try (held) {
      ContainerVolumes mounted = openVolumes(record);
      try {
        mounted.fill(content);
        making.make(record);
        made = true;
        held.close(); // they are mounted; if this fails there is no open container yet
        return open(record, newUpper(record), use, lock, mounted);
      } catch (IOException | RuntimeException e) {
        mounted.closeAfter(e);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      undo(record, made, e);
      throw e;
    }
  }

  private ContainerVolumes openVolumes(ContainerRecord record) throws IOException {
    return ContainerVolumes.open(
        volumes, record.volumes(), record.identity().orElse(Identity.ROOT));
  }

  private void undo(ContainerRecord record, boolean made, Exception failure) {
    try {
      if (made) {
        removal.delete(record);
      } else {
        volumes.removeAnonymous(record.volumes());
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private ContainerRecord record(
      ContainerSpec spec, Descriptor image, String imageName, UppersRecord uppers) {
    return new ContainerRecord(
        newId(spec.ephemeral()),
        spec.name(),
        image,
        imageName,
        Instant.now(),
        spec.labels(),
        spec.ephemeral(),
        maker(spec, uppers),
        spec.identity(),
        spec.limits(),
        spec.volumes(),
        uppers);
  }

  /** Others may meet the id of a container with a name, or of a fork, before it has a record that could say who makes it. */
  private Optional<Id> maker(ContainerSpec spec, UppersRecord uppers) {
    boolean unknown = spec.name().isEmpty() && uppers.base().isEmpty();
    return spec.ephemeral() && unknown ? Optional.of(session.id()) : Optional.empty();
  }

  /**
   * Makes a container with the content of an open one and opens it. What both have is kept once, as an upper beneath both.
   *
   * @param parent the container to begin with; it stays open
   * @param spec what is asked of the new one
   * @return the new open container
   * @throws AlreadyExistsException if the name is taken
   */
  OpenContainer fork(OpenContainer parent, ContainerSpec spec) throws IOException {
    boolean durable = !spec.ephemeral();
    parent.checkpoint(durable);
    ContainerRecord old = parent.record();
    List<Id> base = old.uppers().beneath();
    UppersRecord uppers = UppersRecord.of(old.uppers().format(), base);
    ContainerRecord record = record(spec, old.image(), old.imageName(), uppers);
    StoredImage image = documents.image(record.image());
    LockFile.Held lock = session.lockNewContainer(record);
    return withImage(image, lock, use -> {
      try {
        covered.addUser(base, record.id(), durable);
        return create(record, volumesOfFork(old, spec), parent.view(), use, lock);
      } catch (IOException | RuntimeException e) {
        covered.removeUser(base, record.id());
        throw e;
      }
    });
  }

  /** What is only to be read needs none. */
  private NewVolumes volumesOfFork(ContainerRecord parent, ContainerSpec spec) throws IOException {
    List<VolumeUse> parents = spec.maxImageVolumes() > 0 ? parent.volumes() : List.of();
    return NewVolumes.ofFork(volumes, parents, spec.volumes());
  }

  /** An ephemeral one is not looked for: that costs more than it is worth, since the rename of the container would fail. */
  private Id newId(boolean ephemeral) {
    Id id = Id.random(ephemeral);
    while (!ephemeral && list.exists(id)) {
      id = Id.random(ephemeral);
    }
    return id;
  }

  /** What is done with an open image. */
  @FunctionalInterface
  private interface Step {
    OpenContainer run(OpenImages.Use use) throws IOException;
  }

  /** Opens the image for a container whose lock is held; if anything fails both are given up. */
  private OpenContainer withImage(StoredImage image, LockFile.Held lock, Step step)
      throws IOException {
    try {
      OpenImages.Use use = openImages.open(image);
      try {
        return step.run(use);
      } catch (IOException | RuntimeException e) {
        use.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens a container.
   *
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open
   */
  public OpenContainer open(Id id) throws IOException {
    LockFile.Held lock = lock(id);
    ContainerRecord record;
    StoredImage image;
    try {
      record = list.read(id); // again: it may have been removed before the lock was ours
      image = documents.image(record.image());
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return withImage(image, lock, use -> {
      ContainerVolumes mounted = openVolumes(record);
      try {
        ContainerRecord now = recover(record, use);
        return open(now, limitedUpper(now), use, lock, mounted);
      } catch (IOException | RuntimeException e) {
        mounted.closeAfter(e);
        throw e;
      }
    });
  }

  /** Takes the lock of a container that no kernel shows. */
  private LockFile.Held lock(Id id) throws IOException {
    LockFile.Held lock = session.lockContainer(id, list.read(id).ephemeral());
    try {
      mounts.settle(id);
      mounts.requireUnmounted(id);
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private OpenContainer open(
      ContainerRecord record,
      Upper upper,
      OpenImages.Use use,
      LockFile.Held lock,
      ContainerVolumes mounted)
      throws IOException {
    CoveredStack beneath = checkpoints.beneath(record.uppers(), use.image());
    UnionView view = UnionView.open(beneath, upper, record.identity().orElse(Identity.ROOT));
    try {
      return new OpenContainer(this, record, view, mounted, use, lock);
    } catch (IOException | RuntimeException e) {
      view.close();
      throw e;
    }
  }

  Upper openUpper(ContainerRecord record) throws IOException {
    return Upper.open(paths.container(record.id()), record.uppers().format());
  }

  /** Opens the upper of a container that was just made. */
  private Upper newUpper(ContainerRecord record) throws IOException {
    Path directory = paths.container(record.id());
    return Upper.openNew(directory, record.uppers().format(), record.limits());
  }

  /** Opens a container's upper to write to it. */
  Upper limitedUpper(ContainerRecord record) throws IOException {
    Path directory = paths.container(record.id());
    return Upper.open(directory, record.uppers().format(), record.limits());
  }

  /**
   * Returns what the upper of a container takes up that nobody has open; empty if nobody counts it, or it would have to be
   * counted now.
   */
  public Optional<SpaceUsage> notedUsage(ContainerRecord record) {
    return record.limits().any()
        ? Upper.notedUsage(paths.container(record.id()))
        : Optional.empty();
  }

  Checkpoints checkpoints() {
    return checkpoints;
  }

  /**
   * Throws away what was written to a container.
   *
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open
   */
  public void reset(Id id) throws IOException {
    whileClosed(id, (record, use) -> checkpoints.reset(record, 0));
  }

  /** What is done with a container that nobody has open. */
  @FunctionalInterface
  interface ClosedStep<T> {
    T take(ContainerRecord record, OpenImages.Use use) throws IOException;
  }

  /** Does something with a container that nobody has open, and nobody can open meanwhile. */
  <T> T whileClosed(Id id, ClosedStep<T> step) throws IOException {
    try (LockFile.Held lock = lock(id)) {
      ContainerRecord record = list.read(id);
      try (OpenImages.Use use = openImages.open(documents.image(record.image()))) {
        return step.take(recover(record, use), use);
      }
    }
  }

  /** Brings back the upper of a container that was mounted with limits; the caller has its lock. */
  void leaveLimited(Id id) throws IOException {
    ContainerRecord record = list.read(id);
    if (record.limits().any()) {
      try (OpenImages.Use use = openImages.open(documents.image(record.image()))) {
        limited.leave(record, use.image());
      }
    }
  }

  /**
   * Converts what was written to a container to the best format that there is here.
   *
   * @return whether it had another
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open, or another container stands on one of its uppers
   */
  public boolean convert(Id id) throws IOException {
    return convert(id, formats.ofUppers());
  }

  /** Converts it to any format. */
  boolean convert(Id id, Upper.Format target) throws IOException {
    return whileClosed(id, (record, use) -> conversions.convert(record, use.image(), target));
  }

  /** Converts a container to the best format; the caller has its lock. */
  ContainerRecord converted(ContainerRecord record, OpenImages.Use use) throws IOException {
    conversions.convert(record, use.image(), formats.ofUppers());
    return list.read(record.id());
  }

  /** Opens all uppers of a container one by one, its own last; the caller has its lock. */
  List<Upper> openUppers(ContainerRecord record) throws IOException {
    List<Upper> uppers = new ArrayList<>(checkpoints.openEach(record.uppers()));
    uppers.add(openUpper(record));
    return uppers;
  }

  /** Returns what mounts and unmounts containers. */
  public ContainerMounts mounts() {
    return containerMounts;
  }

  /** Returns the volumes of the store. */
  public Volumes volumes() {
    return volumes;
  }

  private ContainerRecord recover(ContainerRecord record, OpenImages.Use use) throws IOException {
    limited.leave(record, use.image());
    return checkpoints.recover(conversions.recover(record));
  }

  /**
   * Removes a container, whatever state it is in.
   *
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open
   */
  public void remove(Id id) throws IOException {
    removal.remove(id);
  }

  /** Returns what removes containers. */
  ContainerRemoval removal() {
    return removal;
  }

  /**
   * Reads a container's record.
   *
   * @throws NotFoundException if there is no such container
   * @throws StoreCorruptException if the record is damaged
   */
  public ContainerRecord read(Id id) throws IOException {
    return list.read(id);
  }

  /** Returns the records that can be read, the oldest first. */
  public List<ContainerRecord> list() throws IOException {
    return list.list();
  }

  /** Returns the containers that somebody has open, in any process. */
  public Set<Id> open() throws IOException {
    return list.open();
  }

  /**
   * Finds a container by id, name or the beginning of its id, in this order.
   *
   * @throws NotFoundException if there is none, or several ids begin so
   */
  public Id find(String text) throws IOException {
    Optional<Id> exact = Id.parse(text).filter(list::exists);
    if (exact.isPresent()) {
      return exact.get();
    }
    Optional<ContainerName> name = ContainerName.parse(text);
    Optional<Id> named = name.isPresent() ? names.find(name.get()) : Optional.empty();
    return named.isPresent() ? named.get() : findByPrefix(text);
  }

  private Id findByPrefix(String text) throws IOException {
    List<Id> found = text.length() < MIN_PREFIX || !Id.isHex(text)
        ? List.of()
        : list.ids().stream().filter(id -> id.toString().startsWith(text)).toList();
    if (found.size() != 1) {
      throw new NotFoundException(
          found.isEmpty() ? "container" : "container (several begin so)", text);
    }
    return found.get(0);
  }
}
