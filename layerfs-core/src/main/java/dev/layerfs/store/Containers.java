package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.posix.Identity;
import dev.layerfs.union.CoveredStack;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The containers of a store. One comes into being, and ends, by the rename of its directory between {@code staging} and
 * {@code containers}; whoever changes or opens it has its lock.
 */
public final class Containers {
  private static final int MIN_PREFIX = 4;

  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final ContainerList list;
  private final ContainerNames names;
  private final ImageListFile imageList;
  private final Documents documents;
  private final OpenImages openImages;
  private final CoveredUppers covered;
  private final Checkpoints checkpoints;
  private final Conversions conversions;
  private final Mounts mounts;
  private final ContainerMounts containerMounts;
  private Upper.@Nullable Format
      format; // found out when the first container is made: it takes a process

  Containers(
      Session session,
      ContainerList list,
      ImageListFile imageList,
      Documents documents,
      OpenImages openImages) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.list = list;
    this.names = new ContainerNames(session, list);
    this.imageList = imageList;
    this.documents = documents;
    this.openImages = openImages;
    this.covered = new CoveredUppers(session);
    this.checkpoints = new Checkpoints(session, covered);
    this.conversions = new Conversions(session, covered, checkpoints);
    this.mounts = new Mounts(session);
    this.containerMounts = new ContainerMounts(this, session, mounts, documents);
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
    UppersRecord uppers = UppersRecord.of(format(), List.of());
    ContainerRecord record = record(spec, image.descriptor(), imageName, uppers);
    LockFile.Held lock = session.lockContainer(record.id(), record.ephemeral());
    return withImage(image, lock, use -> {
      make(record, use);
      return open(record, use, lock);
    });
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
        spec.identity(),
        uppers);
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
    LockFile.Held lock = session.lockContainer(record.id(), record.ephemeral());
    return withImage(image, lock, use -> {
      try {
        covered.addUser(base, record.id(), durable);
        make(record, use);
        return open(record, use, lock);
      } catch (IOException | RuntimeException e) {
        covered.removeUser(base, record.id());
        throw e;
      }
    });
  }

  private synchronized Upper.Format format() throws IOException {
    Upper.Format known = format;
    if (known == null) {
      Path scratch = session.newPath();
      io.mkdir(scratch);
      known = Upper.bestFormat(scratch);
      session.discard(scratch);
      format = known;
    }
    return known;
  }

  private Id newId(boolean ephemeral) {
    Id id = Id.random(ephemeral);
    while (list.exists(id)) {
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

  private void make(ContainerRecord record, OpenImages.Use use) throws IOException {
    Path staged = session.newPath();
    Path target = paths.container(record.id());
    boolean claimed = false;
    try {
      stage(record, use, staged);
      if (record.name().isPresent()) {
        names.claim(record.name().get(), record.id());
        claimed = true;
      }
      if (!record.ephemeral()) {
        syncNames(record); // first: a container that power loss leaves has its name
      }
      io.rename(staged, target);
      if (!record.ephemeral()) {
        io.syncDirectory(paths.containers());
      }
      requireListed(record); // last: a removal that has not seen this container is seen here
    } catch (IOException | RuntimeException e) {
      session.discard(staged);
      session.delete(target);
      if (claimed) {
        names.release(record.name().orElseThrow(), record.id());
      }
      throw e;
    }
  }

  private void syncNames(ContainerRecord record) throws IOException {
    if (record.name().isPresent()) {
      io.syncDirectory(paths.names());
    }
  }

  private void requireListed(ContainerRecord record) throws IOException {
    Digest image = record.image().digest();
    ImageList images = imageList.read();
    if (!images.contains(image) && !isInIndex(images, image)) {
      throw new NotFoundException("image", image.toString());
    }
  }

  private boolean isInIndex(ImageList images, Digest image) throws IOException {
    for (Descriptor entry : images.entries()) {
      if (entry.mediaType().isIndex() && documents.graph(entry).has(image)) {
        return true;
      }
    }
    return false;
  }

  /** An ephemeral container does not outlive its process, so nothing of it needs to be durable. */
  private void stage(ContainerRecord record, OpenImages.Use use, Path staged) throws IOException {
    io.mkdir(staged);
    UppersRecord uppers = record.uppers();
    Upper.create(staged, uppers.format(), checkpoints.beneath(uppers, use.image()));
    Path file = staged.resolve(paths.containerRecord(record.id()).getFileName());
    try (FileChannel channel = io.create(file)) {
      io.write(channel, ByteBuffer.wrap(RecordFile.encode(record.toJson())));
      if (!record.ephemeral()) {
        io.force(channel);
      }
    }
    if (!record.ephemeral()) {
      checkpoints.syncUpper(staged);
      io.syncDirectory(staged);
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
    return withImage(image, lock, use -> open(recover(record, use), use, lock));
  }

  /** Takes the lock of a container that no kernel shows. */
  private LockFile.Held lock(Id id) throws IOException {
    LockFile.Held lock = session.lockContainer(id, list.read(id).ephemeral());
    try {
      mounts.requireUnmounted(id);
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private OpenContainer open(ContainerRecord record, OpenImages.Use use, LockFile.Held lock)
      throws IOException {
    CoveredStack beneath = checkpoints.beneath(record.uppers(), use.image());
    UnionView view =
        UnionView.open(beneath, openUpper(record), record.identity().orElse(Identity.ROOT));
    return new OpenContainer(this, record, view, use, lock);
  }

  Upper openUpper(ContainerRecord record) throws IOException {
    return Upper.open(paths.container(record.id()), record.uppers().format());
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
    whileClosed(id, (record, use) -> checkpoints.reset(record, 0, use.image()));
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

  /**
   * Converts what was written to a container to the best format that there is here.
   *
   * @return whether it had another
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open, or another container stands on one of its uppers
   */
  public boolean convert(Id id) throws IOException {
    return convert(id, format());
  }

  /** Converts it to any format. */
  boolean convert(Id id, Upper.Format target) throws IOException {
    return whileClosed(id, (record, use) -> conversions.convert(record, use.image(), target));
  }

  /** Converts a container to the best format; the caller has its lock. */
  ContainerRecord converted(ContainerRecord record, OpenImages.Use use) throws IOException {
    conversions.convert(record, use.image(), format());
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

  private ContainerRecord recover(ContainerRecord record, OpenImages.Use use) throws IOException {
    return checkpoints.recover(conversions.recover(record), use.image());
  }

  /**
   * Removes a container, whatever state it is in.
   *
   * @throws NotFoundException if there is none
   * @throws dev.layerfs.error.InUseException while somebody has it open
   */
  public void remove(Id id) throws IOException {
    try (LockFile.Held lock = session.lockContainer(id, false)) {
      if (!list.exists(id)) {
        throw new NotFoundException("container", id.toString());
      }
      mounts.requireUnmounted(id);
      delete(id);
    }
  }

  /** Deletes it; the caller has its lock. */
  private void delete(Id id) throws IOException {
    try {
      delete(list.read(id));
    } catch (NotFoundException | StoreCorruptException e) {
      // Without a record that can be read its name stays; nothing is found by it, and it can be
      // taken again. The uppers that it stood on go when the store is swept.
      delete(id, true, Optional.empty(), List.of());
    }
  }

  /** Deletes it; the caller has its lock. */
  void delete(ContainerRecord record) throws IOException {
    List<Id> uppers = new ArrayList<>(record.uppers().beneath());
    record.uppers().covering().ifPresent(uppers::add);
    delete(record.id(), !record.ephemeral(), record.name(), uppers);
  }

  private void delete(Id id, boolean durable, Optional<ContainerName> name, List<Id> uppers)
      throws IOException {
    Path doomed = session.newPath();
    try {
      io.rename(paths.container(id), doomed);
    } catch (NoSuchFileException e) {
      return;
    }
    if (durable) {
      io.syncDirectory(paths.containers());
    }
    if (name.isPresent()) {
      names.release(name.get(), id);
    }
    covered.removeUser(uppers, id);
    session.discard(doomed);
  }

  /**
   * Removes ephemeral containers that nobody has open. What was not made durable may be lost after power loss: the note that
   * one was open, or what its record says; its id is not.
   */
  void deleteDead() throws IOException {
    for (Id id : list.ids()) {
      if (isEphemeral(id)) {
        deleteDead(id);
      }
    }
    io.syncDirectory(paths.containers());
  }

  private boolean isEphemeral(Id id) throws IOException {
    try {
      return list.read(id).ephemeral();
    } catch (NotFoundException e) {
      return false;
    } catch (StoreCorruptException e) {
      return id.mayBeEphemeral();
    }
  }

  private void deleteDead(Id id) throws IOException {
    LockFile.Held lock = session.locks().tryLock(LockFile.container(id));
    if (lock != null) {
      try (lock) {
        mounts.unmountDead(id);
        delete(id);
      } catch (IOException e) { // it stays, to be removed by whoever can
        System.getLogger(Containers.class.getName())
            .log(System.Logger.Level.WARNING, "container {0} stays: {1}", id, e.getMessage());
      }
    }
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
