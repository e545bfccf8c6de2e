package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One opening of a store. A session has a lock for as long as it lives, so that others know it does; a lease, the directory
 * {@code leases/SESSION}, that says what it uses; and a place for what is being made or deleted, {@code staging/SESSION}.
 * What a dead session has left is cleared away when the store is next opened; neither clock nor process id decides.
 */
final class Session implements Closeable {
  private static final String RECORD = "session.json";
  private static final String USE = "use-";
  private static final String EPHEMERAL = ".ephemeral";

  private final StoreIo io;
  private final StorePaths paths;
  private final LockFile locks;
  private final Id id;
  private final LockFile.Held alive;
  private final AtomicLong next = new AtomicLong();
  private volatile boolean staging; // whether this session has its directories yet
  private volatile boolean leasing;

  /** Sessions whose locks are held here, while what they left is cleared away. */
  private volatile Set<Id> dead = Set.of();

  private Session(StoreIo io, StorePaths paths, LockFile locks, Id id, LockFile.Held alive) {
    this.io = io;
    this.paths = paths;
    this.locks = locks;
    this.id = id;
    this.alive = alive;
  }

  /** Begins a session. It makes nothing: a store on a full disk can be opened, to free something. */
  static Session open(StoreIo io, StorePaths paths) throws IOException {
    LockFile locks = LockFile.open(paths.locks());
    try {
      Id id = Id.random();
      LockFile.Held alive = Objects.requireNonNull(locks.tryLock(LockFile.session(id)));
      return new Session(io, paths, locks, id, alive);
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  /** For a person who asks who uses something; nothing depends on it. */
  private void writeRecord() throws IOException {
    JsonObject record = JsonObject.empty()
        .with("pid", ProcessHandle.current().pid())
        .with("host", Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host"));
    RecordFile.create(io, paths.lease(id).resolve(RECORD), record);
  }

  /** Returns what others call this session. */
  Id id() {
    return id;
  }

  StoreIo io() {
    return io;
  }

  StorePaths paths() {
    return paths;
  }

  LockFile locks() {
    return locks;
  }

  /** Returns a path in this session's staging directory where nothing is. */
  Path newPath() throws IOException {
    if (!staging) {
      makeStaging();
    }
    return paths.staging(id).resolve(Long.toString(next.getAndIncrement()));
  }

  private synchronized void makeStaging() throws IOException {
    if (!staging) {
      io.mkdirIfMissing(paths.staging(id));
      io.syncDirectory(
          paths.staging()); // power loss leaves it, so that what else it leaves is looked for
      staging = true;
    }
  }

  /** Returns a path for a {@link LeaseRecord} in this session's lease. */
  Path newLease() throws IOException {
    Path directory = locks.isReadOnly() ? paths.lease(id) : lease();
    return directory.resolve(USE + next.getAndIncrement());
  }

  /**
   * Says what is needed from now on.
   *
   * @param lease a path of {@link #newLease}; nothing is written where nothing can be removed anyway
   */
  void hold(Path lease, LeaseRecord record) throws IOException {
    if (locks.isReadOnly()) {
      return;
    }
    try (LockFile.Held lock = locks.lockStore()) {
      io.unlinkIfExists(lease); // nobody looks while it is away
      RecordFile.note(io, lease, record.toJson());
    }
  }

  private Path lease() throws IOException {
    if (!leasing) {
      makeLease();
    }
    return paths.lease(id);
  }

  private synchronized void makeLease() throws IOException {
    if (!leasing) {
      io.mkdir(paths.lease(id));
      leasing = true;
      writeRecord();
    }
  }

  /** Returns a path of this session's lease for a note that others find by the beginning of its name. */
  Path newNote(String name) throws IOException {
    return lease().resolve(name);
  }

  /** Returns the records of what a living session is about to need. */
  List<LeaseRecord> uses(Id session) throws IOException {
    List<LeaseRecord> uses = new ArrayList<>();
    for (String name : list(paths.lease(session))) {
      if (name.startsWith(USE)) {
        try {
          uses.add(LeaseRecord.read(paths.lease(session).resolve(name)));
        } catch (NoSuchFileException e) {
          // not needed any more
        }
      }
    }
    return uses;
  }

  /** Returns the files of living sessions' leases whose names begin so. */
  List<Path> notes(String prefix) throws IOException {
    List<Path> notes = new ArrayList<>();
    for (Id session : sessions(paths.leases())) {
      List<String> names = list(paths.lease(session)).stream()
          .filter(name -> name.startsWith(prefix))
          .toList();
      if (!names.isEmpty() && isAlive(session)) {
        names.forEach(name -> notes.add(paths.lease(session).resolve(name)));
      }
    }
    return notes;
  }

  /** Deletes a tree of the store: it is gone at once, its content when this returns. */
  long delete(Path tree) throws IOException {
    Path doomed = newPath();
    try {
      io.rename(tree, doomed);
    } catch (NoSuchFileException e) {
      return 0;
    }
    return discard(doomed);
  }

  /** Deletes what was staged; returns bytes of its files. */
  long discard(Path staged) throws IOException {
    return TreeDeleter.delete(io, staged, this::newPath);
  }

  /**
   * Something that is out of sight.
   *
   * @param doomed where it is, to be discarded; empty if nothing is left
   * @param freed bytes of files that are gone already
   */
  record TakenAway(Optional<Path> doomed, long freed) {}

  /**
   * Takes a file or tree of the store out of sight, all of it at once, to be discarded later. On a disk that is too full for
   * that, whatever of it can go goes right away, its record first.
   */
  TakenAway takeAway(Path tree) throws IOException {
    try {
      Path doomed = newPath();
      io.rename(tree, doomed);
      return new TakenAway(Optional.of(doomed), 0);
    } catch (NoSuchFileException e) {
      return new TakenAway(Optional.empty(), 0);
    } catch (FileSystemException full) {
      try {
        return new TakenAway(Optional.empty(), InPlace.delete(io, tree));
      } catch (IOException e) {
        full.addSuppressed(e);
        throw full;
      }
    }
  }

  /**
   * Replaces a record, or any other small file, atomically and durably.
   *
   * @param file the file
   * @param content its new content
   */
  void replace(Path file, byte[] content) throws IOException {
    try (Replacement replacement = Replacement.of(this, file, content)) {
      replacement.force();
      replacement.put();
    }
  }

  /** Takes a container's lock and notes in the lease that it is in use here. */
  LockFile.Held lockContainer(Id container, boolean ephemeral) throws IOException {
    LockFile.Held lock = tryLockContainer(container);
    if (lock == null) {
      throw new InUseException("container " + container, "is open in " + user(container));
    }
    return noted(container, ephemeral, lock);
  }

  /**
   * Takes the lock of a container that is about to be made, and notes in the lease that it is in use here. If its record will
   * say that this session makes it neither is needed.
   */
  LockFile.Held lockNewContainer(ContainerRecord container) throws IOException {
    if (container.maker().isEmpty()) {
      return lockContainer(container.id(), container.ephemeral());
    }
    lease(); // which says who this session is
    return Objects.requireNonNull(locks.tryHold(LockFile.container(container.id())));
  }

  /** Takes a container's lock, without a note; null if anybody has it, in this process or another. */
  LockFile.@Nullable Held tryLockContainer(Id container) throws IOException {
    LockFile.Held lock = locks.tryLock(LockFile.container(container));
    if (lock != null && maker(container).isPresent()) {
      lock.close();
      return null;
    }
    return lock;
  }

  /** Whether somebody in this process has a container. */
  boolean isHeldHere(Id container) {
    return locks.isHeldHere(LockFile.container(container));
  }

  /** Returns the other session that has an ephemeral container because it has made it; it is alive. */
  Optional<Id> maker(Id container) throws IOException {
    if (!container.mayBeEphemeral()) {
      return Optional.empty();
    }
    List<Id> candidates;
    try {
      candidates =
          ContainerRecord.read(paths.containerRecord(container), container).maker().stream()
              .toList();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (StoreCorruptException e) {
      candidates = List.copyOf(all()); // it may be any of them
    }
    for (Id candidate : candidates) {
      if (!candidate.equals(id) && isAlive(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private LockFile.Held noted(Id container, boolean ephemeral, LockFile.Held lock)
      throws IOException {
    Path mark;
    try {
      mark = lease().resolve(ephemeral ? container + EPHEMERAL : container.toString());
      io.create(mark).close();
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return () -> {
      try {
        io.unlinkIfExists(mark);
      } finally {
        lock.close();
      }
    };
  }

  private String user(Id container) throws IOException {
    if (isHeldHere(container)) {
      return "this process";
    }
    Optional<Id> maker = maker(container);
    if (maker.isPresent()) {
      return describe(maker.get());
    }
    for (Id session : sessions(paths.leases())) {
      for (Mark mark : marks(session)) {
        if (mark.container().equals(container)) {
          return describe(session);
        }
      }
    }
    return "another process";
  }

  private String describe(Id session) {
    try {
      return RecordFile.read(
          paths.lease(session).resolve(RECORD),
          record -> "process " + record.unsigned("pid") + " on " + record.string("host"));
    } catch (IOException e) {
      return "another process";
    }
  }

  /** A note in a lease that a container is in use. */
  record Mark(Id container, boolean ephemeral) {}

  /** Returns what a session has open. */
  List<Mark> marks(Id session) throws IOException {
    List<Mark> marks = new ArrayList<>();
    for (String name : list(paths.lease(session))) {
      boolean ephemeral = name.endsWith(EPHEMERAL);
      String container = ephemeral ? name.substring(0, name.length() - EPHEMERAL.length()) : name;
      Id.parse(container).ifPresent(found -> marks.add(new Mark(found, ephemeral)));
    }
    return marks;
  }

  /** Returns every session that has left something, this one among them, alive or dead. */
  Set<Id> all() throws IOException {
    Set<Id> all = new HashSet<>(sessions(paths.leases()));
    all.addAll(sessions(paths.staging()));
    return all;
  }

  List<Id> sessions(Path directory) throws IOException {
    List<Id> sessions = new ArrayList<>();
    for (String name : list(directory)) {
      Id.parse(name).ifPresent(sessions::add);
    }
    return sessions;
  }

  /** Whether it is this session or one that lives. */
  boolean isAlive(Id session) throws IOException {
    if (session.equals(id)) {
      return true;
    }
    if (dead.contains(session)) {
      return false;
    }
    LockFile.Held lock = locks.tryLock(LockFile.session(session));
    if (lock == null) {
      return true;
    }
    lock.close();
    return false;
  }

  private static List<String> list(Path directory) throws IOException {
    return StoreFiles.list(directory).stream()
        .map(entry -> entry.getFileName().toString())
        .toList();
  }

  /** Notes which sessions are over although their locks are held: by this one, which clears away what they have left. */
  void noteDead(Set<Id> sessions) {
    dead = Set.copyOf(sessions);
  }

  /** Deletes what a session has staged, and its lease; the caller knows that it is over. */
  void empty(Id session) throws IOException {
    Path directory = paths.staging(session);
    AtomicLong number = new AtomicLong();
    for (String staged : list(directory)) {
      TreeDeleter.delete(io, directory.resolve(staged), () -> free(directory, number));
    }
    for (String mark : list(paths.lease(session))) {
      io.unlinkIfExists(paths.lease(session).resolve(mark));
    }
    io.unlinkIfExists(paths.lease(session));
  }

  /** Deletes all that a session has left. */
  void clear(Id session) throws IOException {
    empty(session);
    io.unlinkIfExists(paths.staging(session));
  }

  /** Whoever cleared this before and died may have left some. */
  private static Path free(Path directory, AtomicLong number) {
    Path path;
    do {
      path = directory.resolve("flat-" + number.getAndIncrement());
    } while (Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    return path;
  }

  /** Ends the session; it must not use anything any more. */
  @Override
  public void close() throws IOException {
    try {
      clear(id);
    } finally {
      alive.close();
      locks.close();
    }
  }
}
