package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The writable layer of a container on the host: the directories {@code upper/} and {@code work/} of overlayfs. Everything
 * is made in {@code work/} and renamed into place, so that what a crash leaves half done is in {@code work/}, and is removed
 * when the upper is opened again.
 */
public final class Upper {
  /** How names of unfinished objects in {@code work/} begin. */
  static final String TEMPORARY = "tmp-";

  /** How names of files in {@code work/} begin that are kept. */
  static final String KEPT_PREFIX = "layerfs-";

  /**
   * The names in a container's directory that make up its upper, as far as they exist: they are renamed in this order, the
   * directory last.
   */
  public static final List<String> PARTS = List.of(RecordStore.SideFile.PREFIX + "upper", "upper");

  private static final String ORIGINS = KEPT_PREFIX + "origins";
  private static final String REDIRECTS = KEPT_PREFIX + "redirects";
  private static final List<String> NOTES =
      List.of(REDIRECTS, ORIGINS, HostFiles.UNSETTLED, InodeNumbers.FILE);

  private static final int BLOCK = 4096;
  private static final String UPPER = "upper";
  private static final String WORK = "work";

  /** The names in a container's directory that uppers of any format have. */
  public static final List<String> ALL_PARTS =
      List.of(WORK, RecordStore.SideFile.PREFIX + UPPER, UPPER);

  private final UpperRoot root;
  private final HostFiles host;
  private final Marks marks;
  private final Work work;
  private final Path notes;
  private final SparseFiles sparse;
  private final @Nullable SpaceAccount account;
  private volatile Origins origins;
  private volatile InodeNumbers numbers = InodeNumbers.PLAIN;

  private Upper(
      UpperRoot root, HostFiles host, Work work, Path notes, @Nullable SpaceAccount account)
      throws IOException {
    this.root = root;
    this.host = host;
    this.account = account;
    this.notes = notes;
    this.origins = new Origins(notes.resolve(ORIGINS));
    if (root.isMade()) {
      readNotes();
    }
    this.marks = new Marks(host);
    this.sparse = new SparseFiles(notes, host, marks);
    this.work = work;
  }

  private void readNotes() throws IOException {
    origins = Origins.read(notes.resolve(ORIGINS));
    numbers = InodeNumbers.read(notes);
  }

  /** Whether the upper is there. If not, nothing was written to it yet. */
  boolean isMade() {
    return root.isMade();
  }

  /** The upper was made by somebody else. */
  void noteMade() {
    root.noteMade();
  }

  /** Makes the upper, which is missing. The caller sees to it that nobody else does. */
  void make(Lower lower) throws PosixException {
    work.prepare();
    try {
      if (InodeNumbers.areMixedBeneath(lower) && !InodeNumbers.read(notes).areMixed()) {
        InodeNumbers.mix(notes);
      }
      root.make(lower);
      readNotes();
    } catch (PosixException e) {
      throw e;
    } catch (IOException e) {
      throw HostErrors.of(e, notes);
    }
  }

  /**
   * How an upper is stored; kept in the container's record as a short text.
   *
   * @param name one of the names that {@link #bestFormat} returns
   */
  public record Format(String name) {}

  /**
   * Names all that an upper of a format consists of.
   *
   * @param format the format
   * @return names in a container's directory, {@code work} among them, out of those that any format has
   */
  public static List<String> parts(Format format) {
    return hasSideFiles(format) ? ALL_PARTS : List.of(WORK, UPPER);
  }

  /**
   * Tells whether what the host can't keep of an object is in a file beside it.
   *
   * @param format a format
   */
  public static boolean hasSideFiles(Format format) {
    return format.name().equals(UpperFormat.PORTABLE_SIDE.label());
  }

  /**
   * Finds out how this host keeps uppers best, by trying in a directory of its own. To be asked once for a store.
   *
   * @param storeDirectory a directory on the file system that will hold the uppers
   * @return the format: overlayfs's own where the host has device nodes, else one that any host can hold
   * @throws IOException if the directory can't be written
   */
  public static Format bestFormat(Path storeDirectory) throws IOException {
    return UpperFormat.best(storeDirectory);
  }

  /**
   * Opens the host files of a format, for objects that are not an upper: those of a volume.
   *
   * @param format how they are kept
   * @param work a directory of this process's own, in the directory that also holds the root of the objects
   * @return the host files
   * @throws PosixException {@link Errno#ENOTSUP} if the format is not known, or can't be used by this process
   */
  public static HostFiles hostFiles(Format format, Path work) throws PosixException {
    return UpperFormat.files(format, work);
  }

  /**
   * Makes {@code upper/} and {@code work/} in a container's directory, unless they are there. The root gets the attributes of the
   * image's root.
   *
   * @param containerDirectory a directory in which nobody has an upper open
   * @param format how to store
   * @param image the image beneath
   * @throws IOException if they can't be made
   */
  public static void create(Path containerDirectory, Format format, ErofsImage image)
      throws IOException {
    create(containerDirectory, format, CoveredStack.of(image, List.of()));
  }

  /**
   * Makes {@code upper/} and {@code work/} in a container's directory, unless they are there: for who does not write through a
   * view, which makes them when it needs them. The root gets the attributes of what is beneath.
   *
   * @param containerDirectory a directory in which nobody has an upper open
   * @param format how to store
   * @param beneath the image and the uppers on it
   * @throws IOException if they can't be made
   */
  public static void create(Path containerDirectory, Format format, CoveredStack beneath)
      throws IOException {
    Upper upper = open(containerDirectory, format);
    upper.work.prepare();
    if (!upper.isMade()) {
      upper.make(beneath.top());
    }
  }

  /** Makes the work directory of a new upper. */
  static Path createWork(Path containerDirectory) throws IOException {
    return Files.createDirectory(containerDirectory.resolve(WORK));
  }

  /** Makes durable what the work directory keeps. */
  void syncNotes() throws IOException {
    for (String kept : NOTES) {
      if (Files.exists(notes.resolve(kept))) {
        Channels.sync(notes.resolve(kept));
      }
    }
    Channels.sync(notes);
  }

  /**
   * Keeps what a covered upper needs of its work directory.
   *
   * @param containerDirectory the directory that the upper was created in
   * @param coveredDirectory where {@code upper/} will be; {@code work/} is made there
   * @throws IOException if it can't be copied
   */
  public static void keepNotes(Path containerDirectory, Path coveredDirectory) throws IOException {
    Path work = Files.createDirectory(coveredDirectory.resolve(WORK));
    for (String kept : NOTES) {
      Path note = containerDirectory.resolve(WORK).resolve(kept);
      if (Files.exists(note)) {
        Files.copy(note, work.resolve(kept));
      }
    }
    if (wasMounted(containerDirectory.resolve(WORK)) && Files.notExists(work.resolve(REDIRECTS))) {
      Files.createFile(work.resolve(REDIRECTS));
    }
  }

  /**
   * Opens an upper that another has come on top of. It is not changed, and may be open any number of times.
   *
   * @param coveredDirectory where {@code upper/} and what {@link #keepNotes} has kept are
   * @param format the format it was created with
   * @return the upper
   * @throws IOException if it can't be opened
   */
  public static Upper openCovered(Path coveredDirectory, Format format) throws IOException {
    return openCovered(coveredDirectory, UpperFormat.files(format, coveredDirectory.resolve(WORK)));
  }

  /** Opens a covered upper through any implementation of the host's files. */
  static Upper openCovered(Path coveredDirectory, HostFiles host) throws IOException {
    Path workDirectory = coveredDirectory.resolve(WORK);
    Work work = new Work(workDirectory, host);
    UpperRoot root = new UpperRoot(coveredDirectory.resolve(UPPER), true, host, work);
    return new Upper(root, host, work, workDirectory, null);
  }

  /**
   * Returns the upper that comes in the place of this one, which was moved away; what has no name, but handles, is kept for as
   * long as those are open.
   *
   * @return the new upper, on the same host and with the same work directory
   * @throws IOException if it can't be opened
   */
  public Upper renewed() throws IOException {
    return new Upper(root.renewed(), host, work, notes, account);
  }

  /**
   * Opens an upper and removes what was left unfinished. The caller holds the container's lock: nobody else uses it. There need
   * not be anything yet: the view makes what is missing when something is written.
   *
   * @param containerDirectory the container's directory
   * @param format how to store, always the same
   * @return the upper
   * @throws IOException if it can't be opened; {@link Errno#EIO} if it was used in ways that are not read here
   */
  public static Upper open(Path containerDirectory, Format format) throws IOException {
    return open(containerDirectory, format, SpaceLimits.NONE);
  }

  /**
   * Opens an upper that must not exceed limits, and removes what was left unfinished. The caller holds the container's lock:
   * nobody else uses it. Takes constant time if a view closed the upper last, else what it takes to look at all that is in
   * it.
   *
   * @param containerDirectory the container's directory
   * @param format how it is stored
   * @param limits what the upper may take up; it may hold more already
   * @return the upper
   * @throws IOException if it can't be opened; {@link Errno#EIO} if it was used in ways that are not read here
   */
  public static Upper open(Path containerDirectory, Format format, SpaceLimits limits)
      throws IOException {
    Path workDirectory = containerDirectory.resolve(WORK);
    boolean made = isMade(containerDirectory);
    if (made) {
      ForeignWork.refuse(workDirectory);
    }
    HostFiles host = UpperFormat.files(format, workDirectory);
    return open(containerDirectory, made, host, limits);
  }

  /**
   * Opens the upper of a container that was just made: nothing is there yet, and nothing is looked for.
   *
   * @param containerDirectory the container's directory
   * @param format how to store, always the same
   * @param limits what the upper may take up
   * @return the upper
   * @throws IOException if this process can't keep uppers so
   */
  public static Upper openNew(Path containerDirectory, Format format, SpaceLimits limits)
      throws IOException {
    HostFiles host = UpperFormat.files(format, containerDirectory.resolve(WORK));
    return open(containerDirectory, false, host, limits);
  }

  /**
   * Returns what the upper of a container took up when a view with limits closed it last.
   *
   * @param containerDirectory the container's directory
   * @return what it takes up; empty if that is not known without counting
   */
  public static Optional<SpaceUsage> notedUsage(Path containerDirectory) {
    return isMade(containerDirectory)
        ? new UsageNote(containerDirectory.resolve(WORK)).read()
        : Optional.of(SpaceUsage.NONE);
  }

  private static boolean isMade(Path containerDirectory) {
    return Files.exists(containerDirectory.resolve(UPPER), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Counts what the upper of a container takes up; takes what it takes to look at all that is in it.
   *
   * @param containerDirectory the container's directory
   * @param format how it is stored
   * @return what it takes up
   * @throws IOException if it can't be read
   */
  public static SpaceUsage count(Path containerDirectory, Format format) throws IOException {
    HostFiles host = UpperFormat.files(format, containerDirectory.resolve(WORK));
    Path root = containerDirectory.resolve(UPPER);
    return isMade(containerDirectory) ? UsageCount.within(host, root) : SpaceUsage.NONE;
  }

  /** Opens an upper through any implementation of the host's files. */
  static Upper open(Path containerDirectory, HostFiles host) throws IOException {
    return open(containerDirectory, host, SpaceLimits.NONE);
  }

  /** Opens an upper with limits through any implementation of the host's files. */
  static Upper open(Path containerDirectory, HostFiles host, SpaceLimits limits)
      throws IOException {
    return open(containerDirectory, isMade(containerDirectory), host, limits);
  }

  private static Upper open(
      Path containerDirectory, boolean made, HostFiles host, SpaceLimits limits)
      throws IOException {
    Path place = containerDirectory.resolve(UPPER);
    Path workDirectory = containerDirectory.resolve(WORK);
    SpaceAccount account = limits.any() ? account(place, made, host, limits) : null;
    HostFiles counted = account == null ? host : new CountedFiles(host, account);
    Work work = new Work(workDirectory, /* host= */ counted, /* uncounted= */ host);
    if (made) {
      work.clean();
    }
    return new Upper(new UpperRoot(place, made, host, work), counted, work, workDirectory, account);
  }

  private static SpaceAccount account(Path root, boolean made, HostFiles host, SpaceLimits limits)
      throws IOException {
    UsageNote note = new UsageNote(root.resolveSibling(WORK));
    if (!made) {
      return new SpaceAccount(limits, SpaceUsage.NONE, note, false);
    }
    Optional<SpaceUsage> noted = note.read();
    SpaceUsage used = noted.isPresent() ? noted.get() : UsageCount.within(host, root);
    return new SpaceAccount(limits, used, note, noted.isPresent());
  }

  /**
   * Tells whether a kernel would show something else than the view does, because the JDK could not make it whole.
   *
   * @return whether something has to be converted before the upper is mounted
   */
  public boolean needsSettling() {
    return host.needsSettling() || Files.exists(notes.resolve(HostFiles.UNSETTLED));
  }

  /**
   * Tells how a kernel has to read the marks.
   *
   * @return whether they are {@code user.overlay.*} attributes, and not {@code trusted.overlay.*}
   */
  public boolean hasUserMarks() {
    return host.markPrefix().equals(Name.of("user.overlay."));
  }

  /** Whether directories may have redirects: some were set by a view, or a kernel may have set some. */
  boolean mayHaveRedirects() {
    return isMade()
        && marks.followRedirects()
        && (Files.exists(notes.resolve(REDIRECTS)) || wasMounted(notes));
  }

  /** A kernel makes a directory of its own in the work directory. */
  private static boolean wasMounted(Path work) {
    Path directory = work.resolve(WORK);
    return Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !SparseFiles.hasMade(directory);
  }

  /** Sets a redirect, noted before that. */
  void setRedirect(Path directory, Redirect redirect) throws PosixException {
    Path note = notes.resolve(REDIRECTS);
    try {
      if (Files.notExists(note)) {
        Files.createFile(note);
        Channels.sync(notes);
        syncName(); // that of the work directory, before a redirect shows
      }
    } catch (IOException e) {
      throw HostErrors.of(e, note);
    }
    marks.setRedirect(directory, redirect);
  }

  Path root() {
    return root.place();
  }

  /** Makes it durable that there is an upper and a work directory, though not what is in them. */
  void syncName() throws PosixException {
    Channels.sync(Objects.requireNonNull(root().getParent()));
  }

  HostFiles host() {
    return host;
  }

  Marks marks() {
    return marks;
  }

  MarkNames markNames() {
    return marks.names();
  }

  Work work() {
    return work;
  }

  SparseFiles sparse() {
    return sparse;
  }

  /**
   * Tells whether files may have been copied up without all of their content, so that nobody but a view may read them.
   *
   * @return whether {@link UpperStack#settle} has to be called before
   */
  public boolean mayBeSparse() {
    return sparse.any();
  }

  Origins origins() {
    return origins;
  }

  InodeNumbers numbers() {
    return numbers;
  }

  /** Returns how much room there is: what the limits leave, or the host. */
  FileSystemStat space() throws PosixException {
    try {
      FileStore store = Files.getFileStore(Objects.requireNonNull(root().getParent()));
      FileSystemStat whole = new FileSystemStat(
          BLOCK,
          store.getTotalSpace() / BLOCK,
          store.getUnallocatedSpace() / BLOCK,
          store.getUsableSpace() / BLOCK,
          false);
      return account == null ? whole : account.quota().within(whole);
    } catch (IOException e) {
      throw HostErrors.of(e, root());
    }
  }

  /** Nothing more is written: notes what the upper takes up, so that it need not be counted. */
  void close() {
    if (account != null && isMade()) {
      account.close();
    }
  }

  /** Returns what is charged for content, null for an upper without limits. */
  @Nullable
  SpaceAccount account() {
    return account;
  }
}
