package dev.layerfs.volume;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.IdentityView;
import java.nio.file.AccessMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory or regular file of the host as a root file system. */
public final class HostView implements IdentityView {
  private HostView() {}

  /**
   * Opens a view.
   *
   * @param files how the objects are kept
   * @param root the place of a directory or regular file
   * @param options how it is shown
   * @return the view
   * @throws PosixException if there is neither a directory nor a regular file at the place
   */
  public static HostView open(HostFiles files, Path root, HostViewOptions options)
      throws PosixException {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns another view of the same tree, closed by itself: what one changes the watchers of all are told.
   *
   * @param options how it is shown; the quota must be the same
   * @return the view
   * @throws PosixException if this view is closed
   */
  public HostView another(HostViewOptions options) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Identity identity() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isAbove(Node node, Node directory) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Node root() {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable Node lookup(Node directory, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Node create(
      Node directory, Name name, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Node symlink(Node directory, Name name, byte[] target) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void link(Node node, Node directory, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unlink(Node directory, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rmdir(Node directory, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(
      Node directory, Name name, Node newDirectory, Name newName, Set<RenameFlag> flags)
      throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setXattr(Node node, Name name, byte[] value, XattrFlag flag) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removeXattr(Node node, Name name) throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sync() throws PosixException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void watch(Watcher watcher) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unwatch(Watcher watcher) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws PosixException {
    throw new UnsupportedOperationException();
  }
}
