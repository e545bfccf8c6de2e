package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.DataRange;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Large files of an upper that were copied up without their content. Each has a {@link SparseMark}, and a record of its
 * {@link OwnChunks} in {@code work/work/incompat/layerfs-sparse/}: a kernel does not mount an upper with anything in {@code
 * incompat} ({@code ovl_workdir_cleanup_recurse} of fs/overlayfs/readdir.c), and neither earlier versions of this library nor
 * this one read a mark that they don't know. So nobody takes the holes for zeros.
 *
 * <p>Directory, mark and name need not be forced: file systems that are trusted with this (see {@link HostFiles#data}) keep
 * the order of changes of names and attributes.
 */
final class SparseFiles {
  /** Smaller files are copied in less time than a sparse one costs when it is filled. */
  static final long MIN_SIZE = 8L << 20;

  private static final String INCOMPAT = "incompat";
  private static final String NAME = "layerfs-sparse";
  private static final int SET_ID = 06000;

  private final Path work;
  private final HostFiles host;
  private final Marks marks;

  SparseFiles(Path work, HostFiles host, Marks marks) {
    this.work = work;
    this.host = host;
    this.marks = marks;
  }

  private Path kernels() {
    return work.resolve("work");
  }

  private Path unfinished() {
    return work.resolve(Upper.TEMPORARY + "sparse");
  }

  private Path incompat() {
    return kernels().resolve(INCOMPAT);
  }

  private Path records() {
    return incompat().resolve(NAME);
  }

  /** Whether a name in {@code incompat} is the one that this makes. */
  static boolean isOwn(Path feature) {
    return feature.endsWith(NAME);
  }

  /**
   * Whether the directory {@code work} in the work directory was made by this: one of a kernel's gives no permission, and then
   * there may be redirects.
   */
  static boolean hasMade(Path directory) {
    try {
      return Files.exists(directory.resolve(INCOMPAT).resolve(NAME), LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS)
              instanceof Integer mode
          && (mode & 0777) != 0;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether the upper may hold such files. */
  boolean any() {
    return Files.exists(records(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Makes an empty file a copy of one of the image, without its content, if this host is good for that.
   *
   * @return whether it was done; if not the file is still empty
   */
  boolean begin(Lower lower, long nid, Stat stat, Path staged) throws PosixException {
    if (stat.size() < MIN_SIZE
        || lower.isChanged(nid)
        || isPrivileged(lower, nid, stat)
        || host.data(staged).isEmpty()
        || !makeRecords()) {
      return false;
    }
    marks.setSparse(staged, SparseMark.of(nid, stat));
    try (FileChannel file = host.open(staged, true)) {
      ChannelIo.resize(file, stat.size());
    } catch (IOException e) {
      throw HostErrors.of(e, staged);
    }
    return true;
  }

  /** When it is filled it would lose what a write takes away. */
  private static boolean isPrivileged(Lower lower, long nid, Stat stat) throws PosixException {
    return (stat.mode() & SET_ID) != 0 || lower.xattr(nid, PlaceAttributes.CAPABILITY) != null;
  }

  /** One directory without the other would look like what another program makes; so they appear together. */
  private synchronized boolean makeRecords() {
    if (any()) {
      return true;
    }
    try {
      if (Files.exists(kernels(), LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(records());
      } else {
        makeUnfinished();
        Files.move(unfinished(), kernels(), StandardCopyOption.ATOMIC_MOVE);
      }
      return true;
    } catch (IOException e) { // the kernel's own directory, which only root may write to
      return false;
    }
  }

  /** A part of it may be left by who was killed before he could rename it. */
  private void makeUnfinished() throws IOException {
    Path made = unfinished().resolve(INCOMPAT);
    for (Path directory : List.of(unfinished(), made, made.resolve(NAME))) {
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory);
      }
    }
  }

  /**
   * Returns what makes a file whole that has a mark; null if it is whole, and only its mark was left.
   *
   * @param lower what is beneath the upper
   * @param stat what the host says of the file
   * @param place where it is
   * @throws PosixException {@link Errno#EIO} if the image has another file by now, {@link Errno#ENOTSUP} if the host can't tell
   *     what it stores
   */
  @Nullable
  SparseContent content(SparseMark mark, Lower lower, Stat stat, Path place) throws PosixException {
    if (stat.size() < mark.size()) {
      marks.setSparse(place, null);
      return null;
    }
    if (!mark.isOf(lower)) {
      throw new PosixException(
          Errno.EIO,
          place.getFileName() + ": the image has not the content that this is a part of");
    }
    OwnChunks own = OwnChunks.read(records().resolve(mark.record()), mark.size());
    if (!own.isEmpty()) {
      Optional<List<DataRange>> stored = host.data(place);
      own.retain(stored.orElseThrow(() -> new PosixException(
          Errno.ENOTSUP,
          place.getFileName()
              + ": only a part was copied up, on an ext4 file system with layerfs-overlay; mount or"
              + " commit the container there before its store is moved")));
    }
    return new SparseContent(lower, mark, own);
  }

  /** Does what makes something durable; whoever has a view remembers if that fails ({@link Inodes#force}). */
  @FunctionalInterface
  interface Forcing {
    void force(LostWrites.Force force) throws PosixException;
  }

  /** Fills all such files of an upper, which nobody changes meanwhile. */
  void settle(UpperTree tree, Forcing forcing) throws PosixException {
    if (!any()) {
      return;
    }
    for (UpperInode inode : tree.all()) {
      if (inode.sparse != null) {
        settle(inode, tree.path(inode), Long.MAX_VALUE, forcing);
      }
    }
    forgetRecords();
  }

  /**
   * Fills one, which nobody changes meanwhile, and cuts it off if it is longer than a size. Its attributes and times stay what
   * they are. Who finds it shorter than its mark says knows that it was filled before.
   */
  void settle(UpperInode inode, Path place, long size, Forcing forcing) throws PosixException {
    SparseContent sparse = inode.sparse;
    if (sparse == null) {
      return;
    }
    Stat before = host.stat(place);
    byte @Nullable [] capability = host.xattr(place, PlaceAttributes.CAPABILITY);
    try (FileChannel file = host.open(place, true)) {
      sparse.fill(file, size);
      forcing.force(() -> force(file, place));
      if (size < sparse.size()) {
        file.truncate(size);
      }
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    } finally {
      restore(place, before, capability);
    }
    marks.setSparse(place, null); // after its content is durable
    forcing.force(() -> host.sync(place)); // an ext4 without a journal keeps no order
    inode.sparse = null;
    sparse.drop();
  }

  private static void force(FileChannel file, Path place) throws PosixException {
    try {
      file.force(true);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  /** Gives a file back what every write takes away. */
  private void restore(Path place, Stat stat, byte @Nullable [] capability) throws PosixException {
    host.setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
    if (capability != null) {
      host.setXattr(place, PlaceAttributes.CAPABILITY, capability);
    }
    host.setTimes(
        place,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }

  /** No file has a record any more, but some that were removed may have left one. */
  private void forgetRecords() throws PosixException {
    try {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(records())) {
        for (Path record : left) {
          Files.delete(record);
        }
      }
      if (hasMade(kernels())) {
        Files.move(kernels(), unfinished(), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(unfinished().resolve(INCOMPAT).resolve(NAME));
        Files.delete(unfinished().resolve(INCOMPAT));
        Files.delete(unfinished());
      } else {
        Files.delete(records());
        Files.delete(incompat());
      }
    } catch (IOException e) {
      throw HostErrors.of(e, records());
    }
  }
}
