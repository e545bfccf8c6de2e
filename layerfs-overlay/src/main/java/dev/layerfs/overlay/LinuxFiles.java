package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upper in overlayfs's own format, with all that Linux can do: names are bytes, special files and attributes of all
 * namespaces are real, names are exchanged at once, files share blocks. Nothing stays open between calls. What is outside the
 * container's directory can't be reached: each call is made in a directory that was found without following links.
 */
abstract class LinuxFiles implements HostFiles {
  private static final Name ACCESS_LIST = Name.of("system.posix_acl_access");
  private static final Name DEFAULT_LIST = Name.of("system.posix_acl_default");

  private final NativeFiles files;
  private final NativeXattrs nativeXattrs;
  private final KeptXattrs xattrs;
  private final Whiteouts whiteouts;
  private final Path work;
  private final Path unsettledMark;
  private final String namespace;

  /**
   * Opens the host files of an upper.
   *
   * @param files what is in the container's directory
   * @param work the work directory
   * @param namespace of overlayfs's marks, {@code user.} or {@code trusted.}
   */
  LinuxFiles(NativeFiles files, Path work, String namespace) {
    this.files = files;
    this.nativeXattrs = new NativeXattrs(files);
    this.xattrs = new KeptXattrs(nativeXattrs, namespace);
    this.whiteouts = new Whiteouts(files, work);
    this.work = work;
    this.unsettledMark = work.resolve(UNSETTLED);
    this.namespace = namespace;
  }

  NativeFiles files() {
    return files;
  }

  NativeXattrs nativeXattrs() {
    return nativeXattrs;
  }

  Path work() {
    return work;
  }

  @Override
  public final Name markPrefix() {
    return Name.of(namespace + "overlay.");
  }

  @Override
  public final Path resolve(Path directory, Name name) throws PosixException {
    return Places.append(directory, name);
  }

  @Override
  public final List<Name> list(Path directory) throws PosixException {
    return files.inside(directory, at -> {
      try (Descriptor open = at.open(OpenFlags.READ_ONLY | OpenFlags.DIRECTORY, directory)) {
        return Listing.of(open, directory);
      }
    });
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    return files.stat(place);
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    return files.readLink(place);
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    if (type == FileType.CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0) {
      whiteouts.put(place);
      return;
    }
    if (type == FileType.DIRECTORY) {
      files.mkdir(place, 0700);
    } else {
      files.mknod(place, type, 0600, device ? rdevMajor : 0, device ? rdevMinor : 0);
    }
    finish(place, () -> {
      dropInherited(place, type);
      setOwnerAndMode(place, 0, 0, mode);
    });
  }

  /** What is left to do with a new object. */
  @FunctionalInterface
  interface Rest {
    void run() throws PosixException;
  }

  /** Finishes a new object, or takes it away again. */
  final void finish(Path place, Rest rest) throws PosixException {
    try {
      rest.run();
    } catch (PosixException e) {
      try {
        files.delete(place);
      } catch (PosixException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** In a directory with a default list the host has given the object lists that the container knows nothing of. */
  private void dropInherited(Path place, FileType type) throws PosixException {
    if (work.equals(place.getParent())) {
      return; // it has no such list
    }
    nativeXattrs.remove(place, ACCESS_LIST);
    if (type == FileType.DIRECTORY) {
      nativeXattrs.remove(place, DEFAULT_LIST);
    }
  }

  @Override
  public final void symlink(Path place, byte[] target) throws PosixException {
    files.symlink(place, target);
    finish(place, () -> setOwnerAndMode(place, 0, 0, 0777));
  }

  @Override
  public final void link(Path existing, Path added) throws PosixException {
    files.link(existing, added);
  }

  @Override
  public final void rename(Path from, Path to) throws PosixException {
    files.rename(from, to);
  }

  @Override
  public final boolean exchange(Path one, Path other) throws PosixException {
    return files.exchange(one, other);
  }

  @Override
  public final void delete(Path place) throws PosixException {
    files.delete(place);
  }

  /** Sets the host's own owner, where it is another, as the call takes capabilities away, and mode. */
  final void setReal(Path place, Stat host, long uid, long gid, int mode) throws PosixException {
    if (host.uid() != uid || host.gid() != gid) {
      files.chown(place, uid, gid);
    }
    if (host.type() != FileType.SYMLINK) {
      files.chmod(place, mode);
    }
  }

  @Override
  public final void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    files.setTimes(place, atime, mtime);
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
      files.mknod(unsettledMark, FileType.REGULAR, 0600, 0, 0);
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  @Override
  public final FileChannel open(Path place, boolean write) throws PosixException {
    return files.inside(place, at -> Content.open(at, place, write));
  }

  @Override
  public final Path content(Path place) {
    return files.places().toPath(place);
  }

  @Override
  public final boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    return files.inside(place, at -> Content.copyRange(at, place, source, offset, length));
  }

  @Override
  public final void discard(Path place) throws IOException {
    files.at(place, at -> {
      TreeRemoval.delete(at, place);
      return true;
    });
  }

  @Override
  public final boolean syncAll() throws PosixException {
    files.syncAll(work);
    return true;
  }

  @Override
  public final void sync(Path place) throws PosixException {
    FileType type = files.stat(place).type();
    if (type == FileType.REGULAR || type == FileType.DIRECTORY) {
      files.sync(place);
    }
  }

  @Override
  public final boolean needsSettling() {
    try {
      files.stat(unsettledMark);
      return true;
    } catch (PosixException e) {
      return e.errno() != Errno.ENOENT;
    }
  }
}
