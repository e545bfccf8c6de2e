package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.DataRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An upper in overlayfs's own format, with all that Linux can do. Nothing stays open between calls. */
abstract class LinuxFiles extends PlainFiles {
  private static final int PERMISSIONS = 0777;
  private static final Name ACCESS_LIST = Name.of("system.posix_acl_access");
  private static final Name DEFAULT_LIST = Name.of("system.posix_acl_default");

  private final KeptXattrs xattrs;
  private final Whiteouts whiteouts;
  private final Path work;
  private final Path unsettledMark;
  private final String namespace;
  private volatile @Nullable Boolean ordered;

  /**
   * Opens the host files of an upper.
   *
   * @param files what is in the container's directory
   * @param owners how owners are shown
   * @param work the work directory
   * @param namespace of overlayfs's marks, {@code user.} or {@code trusted.}
   */
  LinuxFiles(NativeFiles files, Owners owners, Path work, String namespace) {
    super(files, owners, work);
    this.xattrs = new KeptXattrs(nativeXattrs(), namespace);
    this.whiteouts = new Whiteouts(files, work);
    this.work = work;
    this.unsettledMark = work.resolve(UNSETTLED);
    this.namespace = namespace;
  }

  final Path work() {
    return work;
  }

  @Override
  public final Name markPrefix() {
    return Name.of(namespace + "overlay.");
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    if (type == FileType.CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0) {
      whiteouts.put(place);
    } else {
      super.create(place, type, mode, rdevMajor, rdevMinor);
    }
  }

  /** A container's directory is closed to everybody but its owner. */
  @Override
  final boolean isPrivate() {
    return true;
  }

  /** In a directory with a default list the host has given the object lists that the container knows nothing of. */
  @Override
  final void made(Path place, FileType type) throws PosixException {
    if (work.equals(place.getParent())) {
      return; // it has no such list
    }
    nativeXattrs().remove(place, ACCESS_LIST);
    if (type == FileType.DIRECTORY) {
      nativeXattrs().remove(place, DEFAULT_LIST);
    }
  }

  /** {@inheritDoc} Nobody else changes an upper while it is open, so a file need not be looked at before. */
  @Override
  public final FileChannel open(Path place, boolean write) throws PosixException {
    return files().isDirect() ? Content.openKnown(files(), place, write) : super.open(place, write);
  }

  /**
   * {@inheritDoc} Where a mode may keep this process out the file could not be opened again. Set-id bits may have to be kept
   * elsewhere.
   */
  @Override
  public final @Nullable CreatedFile createOpen(Path place, int mode) throws PosixException {
    return files().isDirect() && (mode & ~PERMISSIONS) == 0
        ? NewFile.create(files(), owners(), place, mode)
        : null;
  }

  /** Returns the names of attributes that are stored under some names. */
  final List<Name> kept(List<Name> stored) {
    return xattrs.kept(stored);
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    return xattrs.list(place);
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return xattrs.get(place, name);
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    if (value == null) {
      xattrs.remove(place, name);
    } else if (!xattrs.set(place, name, value)) {
      noteUnsettled();
    }
  }

  /** Notes that a kernel would not show everything as what it represents. */
  final void noteUnsettled() throws PosixException {
    try {
      files().mknod(unsettledMark, FileType.REGULAR, 0600, 0, 0);
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** {@inheritDoc} The source is the store's own, so that links may lead to it. */
  @Override
  public final boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    return files().inside(place, at -> Content.copyRange(at, place, source, 0, offset, length));
  }

  /**
   * {@inheritDoc} ext4 has that order: its blocks are unwritten, and so holes, until their bytes are on the disk. Other file
   * systems share blocks, or were not looked at.
   */
  @Override
  public final Optional<List<DataRange>> data(Path place) throws PosixException {
    return isOrdered()
        ? Optional.of(files().inside(place, at -> Content.data(at, place)))
        : Optional.empty();
  }

  private boolean isOrdered() {
    Boolean known = ordered;
    if (known == null) {
      try {
        known = Files.getFileStore(work).type().equals("ext4");
      } catch (IOException e) { // the mount table does not have it, as in a chroot
        known = false;
      }
      ordered = known;
    }
    return known;
  }

  @Override
  public final boolean needsSettling() {
    try {
      files().stat(unsettledMark);
      return true;
    } catch (PosixException e) {
      return e.errno() != Errno.ENOENT;
    }
  }
}
