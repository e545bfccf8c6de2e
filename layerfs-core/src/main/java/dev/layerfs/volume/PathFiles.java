package dev.layerfs.volume;

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

/** Plain files of any {@code java.nio.file} provider, as they are. */
public final class PathFiles implements HostFiles {
  private final Path root;

  private PathFiles(Path root) {
    this.root = root;
  }

  /**
   * Opens what is at a path.
   *
   * @param path a directory or regular file; links on the way to it are followed
   * @return the files
   * @throws PosixException if there is nothing
   */
  public static PathFiles of(Path path) throws PosixException {
    return new PathFiles(path);
  }

  /**
   * Returns where the tree begins.
   *
   * @return the place of the directory or file
   */
  public Path root() {
    return root;
  }

  @Override
  public Name markPrefix() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(Path place) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void discard(Path place) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sync(Path place) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean needsSettling() {
    throw new UnsupportedOperationException();
  }
}
