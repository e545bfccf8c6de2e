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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The host's files, with a count of what is asked of them. */
final class CountedFiles implements HostFiles {
  private final HostFiles files;
  private final Set<Path> synced = new HashSet<>();
  private int calls;

  CountedFiles(HostFiles files) {
    this.files = files;
  }

  private HostFiles counted() {
    calls++;
    return files;
  }

  /** Returns how much was asked so far; that places are composed costs the host nothing. */
  int calls() {
    return calls;
  }

  /** Returns what was made durable since this was asked last, and forgets it. */
  Set<Path> synced() {
    Set<Path> places = Set.copyOf(synced);
    synced.clear();
    return places;
  }

  @Override
  public Name markPrefix() {
    return files.markPrefix();
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    return files.resolve(directory, name);
  }

  @Override
  public List<Name> list(Path directory) throws PosixException {
    return counted().list(directory);
  }

  @Override
  public Stat stat(Path place) throws PosixException {
    return counted().stat(place);
  }

  @Override
  public byte[] readLink(Path place) throws PosixException {
    return counted().readLink(place);
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    counted().create(place, type, mode, rdevMajor, rdevMinor);
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    counted().symlink(place, target);
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    counted().link(existing, added);
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    counted().rename(from, to);
  }

  @Override
  public void delete(Path place) throws PosixException {
    counted().delete(place);
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    counted().setOwnerAndMode(place, uid, gid, mode);
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    counted().setTimes(place, atime, mtime);
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    return counted().xattrs(place);
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    return counted().xattr(place, name);
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    counted().setXattr(place, name, value);
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    return counted().open(place, write);
  }

  @Override
  public void discard(Path place) throws IOException {
    counted().discard(place);
  }

  @Override
  public void sync(Path place) throws PosixException {
    synced.add(place);
    counted().sync(place);
  }

  @Override
  public boolean needsSettling() {
    return files.needsSettling();
  }
}
