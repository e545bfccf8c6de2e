package dev.layerfs.overlay;

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
 * Objects as Linux itself keeps them, with nothing that stands for something else. Others may change what is there at any
 * moment: each call is about a name in a directory that was found without following links, and nothing but a regular file or
 * a directory is ever opened. What is outside the directory that the places are in can't be reached.
 */
class PlainFiles implements HostFiles {
  private static final int PERMISSIONS = 0777;

  private final NativeFiles files;
  private final NativeXattrs nativeXattrs;
  private final Owners owners;
  private final Path top;

  /**
   * Opens host files.
   *
   * @param files what is in a directory
   * @param owners how owners are shown
   * @param top a place on the file system of all of them
   */
  PlainFiles(NativeFiles files, Owners owners, Path top) {
    this.files = files;
    this.nativeXattrs = new NativeXattrs(files);
    this.owners = owners;
    this.top = top;
  }

  final NativeFiles files() {
    return files;
  }

  final NativeXattrs nativeXattrs() {
    return nativeXattrs;
  }

  final Owners owners() {
    return owners;
  }

  /** {@inheritDoc} Nothing here carries marks: what looks like one is shown as any other attribute. */
  @Override
  public Name markPrefix() {
    return Name.of(TrustedFiles.NAMESPACE + "overlay.");
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
    return owners.shown(files.stat(place));
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    return files.readLink(place);
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    int closed = type == FileType.DIRECTORY ? 0700 : 0600;
    int first = isPrivate() ? mode & PERMISSIONS : closed;
    Stat host = files.make(place, type, first, device ? rdevMajor : 0, device ? rdevMinor : 0);
    finish(place, () -> {
      made(place, type);
      Stat made = owners.shown(host);
      if (made.mode() != mode || made.uid() != 0 || made.gid() != 0) {
        setOwnerAndMode(place, 0, 0, mode);
      }
    });
  }

  /** Whether nobody else gets at these objects, so that one may have its mode before it has its owner. */
  boolean isPrivate() {
    return false;
  }

  /** Is told of each new object before it has its owner and mode. */
  void made(Path place, FileType type) throws PosixException {}

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

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    setReal(place, files.stat(place), owners.hostUid(uid), owners.hostGid(gid), mode);
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
    return nativeXattrs.list(place);
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return nativeXattrs.get(place, name);
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    if (value == null) {
      nativeXattrs.removeStrictly(place, name);
    } else {
      nativeXattrs.set(place, name, value);
    }
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    return files.object(place, found -> Content.open(found, place, write));
  }

  @Override
  public final Path content(Path place) throws PosixException {
    return files.places().toPath(place);
  }

  @Override
  public boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    return files.inside(
        place,
        at -> Content.copyRange(at, place, source, OpenFlags.RESOLVE_NO_LINKS, offset, length));
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
    files.syncAll(top);
    return true;
  }

  @Override
  public final void sync(Path place) throws PosixException {
    files.sync(place);
  }

  @Override
  public boolean needsSettling() {
    return false;
  }

  @Override
  public final void close() {
    files.places().close();
  }
}
