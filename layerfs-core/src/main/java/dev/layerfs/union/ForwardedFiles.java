package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.DataRange;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of another object, all that it can do included; what a subclass does not change is passed on as it is. */
public abstract class ForwardedFiles implements HostFiles {
  private final HostFiles host;

  /**
   * Makes files.
   *
   * @param host whose files they are
   */
  protected ForwardedFiles(HostFiles host) {
    this.host = host;
  }

  /**
   * Returns what calls are passed on to; asked once for each.
   *
   * @return the other object
   */
  protected HostFiles host() {
    return host;
  }

  @Override
  public Name markPrefix() {
    return host().markPrefix();
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    return host().resolve(directory, name);
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    return host().list(directory);
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    return host().stat(place);
  }

  @Override
  public NodeAttributes attributes(Path place, FileType type) throws PosixException {
    return host().attributes(place, type);
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    return host().readLink(place);
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    host().create(place, type, mode, rdevMajor, rdevMinor);
  }

  @Override
  public @Nullable CreatedFile createOpen(Path place, int mode) throws PosixException {
    return host().createOpen(place, mode);
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    host().symlink(place, target);
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    host().link(existing, added);
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    host().rename(from, to);
  }

  @Override
  public boolean exchange(Path one, Path other) throws PosixException {
    return host().exchange(one, other);
  }

  @Override
  public void delete(Path place) throws PosixException {
    host().delete(place);
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    host().setOwnerAndMode(place, uid, gid, mode);
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    host().setTimes(place, atime, mtime);
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    return host().xattrs(place);
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return host().xattr(place, name);
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    host().setXattr(place, name, value);
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    return host().open(place, write);
  }

  @Override
  public Path content(Path place) throws PosixException {
    return host().content(place);
  }

  @Override
  public boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    return host().copyRange(place, source, offset, length);
  }

  @Override
  public Optional<List<DataRange>> data(Path place) throws PosixException {
    return host().data(place);
  }

  @Override
  public void discard(Path place) throws IOException {
    host().discard(place);
  }

  @Override
  public boolean syncAll() throws PosixException {
    return host().syncAll();
  }

  @Override
  public void sync(Path place) throws PosixException {
    host().sync(place);
  }

  @Override
  public boolean needsSettling() {
    return host().needsSettling();
  }

  @Override
  public void close() {
    host().close();
  }
}
