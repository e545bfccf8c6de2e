package dev.layerfs.store;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.HostFilesFactory;
import dev.layerfs.spi.Installed;
import dev.layerfs.union.Upper;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import dev.layerfs.volume.PathFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the store that holds a tree of files, {@code data}, in some format. What is made to take its place, or to
 * fill it, lies beside it until then. Any number may be open at once, in any process; each has a work directory of its own.
 */
final class VolumeTree implements Closeable {
  /** The name of the tree's root. */
  static final String DATA_DIRECTORY = "data";

  private static final Name DATA = Name.of(DATA_DIRECTORY);
  private static final int ROOT_MODE = 0755;
  private static final String WORK = "work-";

  /** Begins names of what is not complete. */
  static final String STAGED = "staged-";

  private final Session session;
  private final HostFiles files;
  private final Path directory;
  private final @Nullable Path work;

  private VolumeTree(Session session, HostFiles files, Path directory, @Nullable Path work) {
    this.session = session;
    this.files = files;
    this.directory = directory;
    this.work = work;
  }

  /** Opens the tree of a directory. */
  static VolumeTree open(Session session, Path directory, VolumeDriver.Data driver)
      throws IOException {
    if (driver.isPlain()) {
      Path real = directory.toRealPath();
      return new VolumeTree(session, sharedFiles(real), real, null);
    }
    Path work = directory.resolve(WORK + Id.random());
    session.io().mkdir(work);
    try {
      HostFiles files = Upper.hostFiles(new Upper.Format(driver.format()), work);
      return new VolumeTree(session, files, directory, work);
    } catch (IOException | RuntimeException e) {
      session.discard(work);
      throw e;
    }
  }

  /** Makes an empty tree in a directory that has none, its root owned by 0:0. */
  static void create(Session session, Path directory, VolumeDriver.Data driver) throws IOException {
    try (VolumeTree tree = open(session, directory, driver)) {
      tree.make(DATA);
      tree.files.sync(tree.root());
    }
  }

  /**
   * Returns the best way to show files of the host that others may change at any time, to be closed.
   *
   * @param root a directory or file, its path without symbolic links
   */
  static HostFiles sharedFiles(Path root) throws IOException {
    if (root.getFileSystem().equals(FileSystems.getDefault())) {
      for (HostFilesFactory factory : Installed.hostFiles().implementations()) {
        Optional<HostFiles> shared = factory.openShared(root);
        if (shared.isPresent()) {
          return shared.get();
        }
      }
    }
    return PathFiles.of(root);
  }

  /** Whether this process can keep files of the host as what they are, with their owners. */
  static boolean canKeepPlain(Path directory, Upper.Format best) throws IOException {
    HostFiles files = sharedFiles(directory.toRealPath());
    files.close();
    return best.name().equals("overlayfs-trusted") && !(files instanceof PathFiles);
  }

  /** Returns the place of the tree's root. */
  Path root() throws PosixException {
    return place(DATA);
  }

  /** Returns the place of a name beside the root. */
  Path place(Name name) throws PosixException {
    return files.resolve(directory, name);
  }

  HostFiles files() {
    return files;
  }

  /** Makes a directory beside the root, and returns its place. */
  Path make(Name name) throws PosixException {
    Path place = place(name);
    files.create(place, FileType.DIRECTORY, ROOT_MODE, 0, 0);
    files.setOwnerAndMode(place, 0, 0, ROOT_MODE);
    return place;
  }

  /** Opens a view of the root or another place. */
  HostView view(Path place, HostViewOptions options) throws PosixException {
    return HostView.open(files, place, options);
  }

  /** Whether there is a directory beside the root. */
  boolean has(Name name) {
    return Files.isDirectory(directory.resolve(name.toString()));
  }

  /** Renames a directory beside the root. */
  void rename(Name from, Name to) throws IOException {
    files.rename(place(from), place(to));
    session.io().syncDirectory(directory);
  }

  /** Makes what was left of an attempt go away. */
  void discard(Name name) throws IOException {
    files.discard(place(name));
  }

  /** Puts a directory into the root's place; does nothing if it was put there already. */
  void replaceRoot(Name replacement) throws IOException {
    if (has(replacement)) {
      files.discard(root());
      rename(replacement, DATA);
    }
  }

  /**
   * Tells whether it holds objects that a kernel would not show as what they represent. Whoever has it open notes that in a
   * work directory of his own, and beside the tree when he closes it.
   */
  boolean needsSettling() throws IOException {
    if (work == null) {
      return false;
    }
    boolean noted = files.needsSettling() || Files.exists(directory.resolve(HostFiles.UNSETTLED));
    for (Path entry : noted ? List.<Path>of() : StoreFiles.list(directory)) {
      noted |= isUnsettled(entry);
    }
    return noted;
  }

  private static boolean isUnsettled(Path entry) {
    return entry.getFileName().toString().startsWith(WORK)
        && Files.exists(entry.resolve(HostFiles.UNSETTLED));
  }

  private static void noteUnsettled(Session session, Path directory) throws IOException {
    try {
      session.io().create(directory.resolve(HostFiles.UNSETTLED)).close();
      session.io().syncDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      // by somebody else, or before
    }
  }

  /** Removes what dead processes have left; nobody has the tree open. */
  static void clean(Session session, Path directory) throws IOException {
    for (Path entry : StoreFiles.list(directory)) {
      String name = entry.getFileName().toString();
      if (isUnsettled(entry)) {
        noteUnsettled(session, directory);
      }
      if (name.startsWith(WORK)
          || name.contains(STAGED)) { // one beside it has its record in some formats
        session.delete(entry);
      }
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
    if (work != null) {
      if (files.needsSettling()) {
        noteUnsettled(session, directory);
      }
      session.delete(work);
    }
  }
}
