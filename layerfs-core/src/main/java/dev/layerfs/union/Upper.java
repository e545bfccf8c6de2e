package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

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

  private static final String UPPER = "upper";
  private static final String WORK = "work";

  private final Path root;
  private final HostFiles host;
  private final Marks marks;
  private final MarkNames markNames;
  private final Work work;
  private final Origins origins;

  private Upper(Path root, HostFiles host, Work work, Origins origins) {
    this.root = root;
    this.host = host;
    this.marks = new Marks(host);
    this.markNames = new MarkNames(host.markPrefix());
    this.work = work;
    this.origins = origins;
  }

  /**
   * How an upper is stored; kept in the container's record as a short text.
   *
   * @param name one of the names that {@link #bestFormat} returns
   */
  public record Format(String name) {}

  /**
   * Finds out how this host keeps uppers best, by trying in a directory of its own. To be asked once for a store.
   *
   * @param storeDirectory a directory on the file system that will hold the uppers
   * @return the format: overlayfs's own where the host has device nodes, else one that any host can hold
   * @throws IOException if the directory can't be written
   */
  public static Format bestFormat(Path storeDirectory) throws IOException {
    return new Format(UpperFormat.best(storeDirectory).label());
  }

  /**
   * Makes {@code upper/} and {@code work/} in a new, empty container directory. The root gets the attributes of the
   * image's root.
   *
   * @param containerDirectory an empty directory
   * @param format how to store
   * @param image the image beneath
   * @throws IOException if they can't be made
   */
  public static void create(Path containerDirectory, Format format, ErofsImage image)
      throws IOException {
    Files.createDirectory(containerDirectory.resolve(WORK));
    HostFiles host = UpperFormat.of(format.name()).files(containerDirectory.resolve(WORK));
    Path root = containerDirectory.resolve(UPPER);
    Lower lower = new Lower(image);
    Stat stat = lower.stat(lower.root());
    host.create(root, stat.type(), stat.mode(), 0, 0);
    host.setOwnerAndMode(root, stat.uid(), stat.gid(), stat.mode());
    for (Name name : lower.xattrs(lower.root())) {
      byte[] value = lower.xattr(lower.root(), name);
      if (value != null && !name.startsWith(host.markPrefix())) {
        host.setXattr(root, name, value);
      }
    }
    host.setTimes(
        root,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }

  /**
   * Opens an upper and removes what was left unfinished. The caller holds the container's lock: nobody else uses it.
   *
   * @param containerDirectory the directory given to {@link #create}
   * @param format the format given to {@link #create}
   * @return the upper
   * @throws IOException if it can't be opened; {@link Errno#EIO} if it was used in ways that are not read here
   */
  public static Upper open(Path containerDirectory, Format format) throws IOException {
    Path workDirectory = containerDirectory.resolve(WORK);
    refuse(workDirectory.resolve(WORK).resolve("incompat"), "work/incompat");
    refuse(workDirectory.resolve("index"), "an index");
    HostFiles host = UpperFormat.of(format.name()).files(workDirectory);
    return open(containerDirectory, host);
  }

  /** Opens an upper through any implementation of the host's files. */
  static Upper open(Path containerDirectory, HostFiles host) throws IOException {
    Path workDirectory = containerDirectory.resolve(WORK);
    Work work = new Work(workDirectory, host);
    work.clean();
    Origins origins = new Origins(workDirectory.resolve(KEPT_PREFIX + "origins"));
    return new Upper(containerDirectory.resolve(UPPER), host, work, origins);
  }

  private static void refuse(Path directory, String what) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      if (entries.iterator().hasNext()) {
        throw new PosixException(
            Errno.EIO, what + ": the upper was mounted with options that are not read here");
      }
    }
  }

  /**
   * Tells whether a kernel would show something else than the view does, because the JDK could not make it whole.
   *
   * @return whether something has to be converted before the upper is mounted
   */
  public boolean needsSettling() {
    return host.needsSettling();
  }

  Path root() {
    return root;
  }

  HostFiles host() {
    return host;
  }

  Marks marks() {
    return marks;
  }

  MarkNames markNames() {
    return markNames;
  }

  Work work() {
    return work;
  }

  Origins origins() {
    return origins;
  }
}
