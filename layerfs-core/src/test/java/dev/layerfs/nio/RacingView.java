package dev.layerfs.nio;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.file.AccessMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A view on which others are quick: what they do happens right after a name was looked up, and before it is used. */
final class RacingView implements PosixView {
  private final PosixView view;
  private Name name = Name.of("");
  private Others others = () -> {};
  private int left;

  RacingView(PosixView view) {
    this.view = view;
  }

  /** What others do. */
  interface Others {
    /** Does it. */
    void act() throws PosixException;
  }

  /** From now on others act after each lookup of a name that finds it, so many times. */
  void race(String lookedUp, int times, Others action) {
    name = Name.of(lookedUp);
    left = times;
    others = action;
  }

  /** Returns how many times others would still act. */
  int left() {
    return left;
  }

  @Override
  public @Nullable Node lookup(Node directory, Name wanted) throws PosixException {
    Node found = view.lookup(directory, wanted);
    if (found != null && left > 0 && wanted.equals(name)) {
      left--;
      others.act();
    }
    return found;
  }

  @Override
  public Node root() {
    return view.root();
  }

  @Override
  public Stat stat(Node node) throws PosixException {
    return view.stat(node);
  }

  @Override
  public List<DirectoryEntry> list(Node directory) throws PosixException {
    return view.list(directory);
  }

  @Override
  public byte[] readLink(Node link) throws PosixException {
    return view.readLink(link);
  }

  @Override
  public FileHandle open(Node file, Set<OpenFlag> flags) throws PosixException {
    return view.open(file, flags);
  }

  @Override
  public Node create(
      Node directory, Name made, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    return view.create(directory, made, type, mode, rdevMajor, rdevMinor);
  }

  @Override
  public Node symlink(Node directory, Name made, byte[] target) throws PosixException {
    return view.symlink(directory, made, target);
  }

  @Override
  public void link(Node node, Node directory, Name made) throws PosixException {
    view.link(node, directory, made);
  }

  @Override
  public void unlink(Node directory, Name removed) throws PosixException {
    view.unlink(directory, removed);
  }

  @Override
  public void rmdir(Node directory, Name removed) throws PosixException {
    view.rmdir(directory, removed);
  }

  @Override
  public void rename(Node directory, Name from, Node newDirectory, Name to, Set<RenameFlag> flags)
      throws PosixException {
    view.rename(directory, from, newDirectory, to, flags);
  }

  @Override
  public void chmod(Node node, int mode) throws PosixException {
    view.chmod(node, mode);
  }

  @Override
  public void chown(Node node, long uid, long gid) throws PosixException {
    view.chown(node, uid, gid);
  }

  @Override
  public void utimens(Node node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    view.utimens(node, atime, mtime);
  }

  @Override
  public void access(Node node, Set<AccessMode> modes) throws PosixException {
    view.access(node, modes);
  }

  @Override
  public byte @Nullable [] xattr(Node node, Name attribute) throws PosixException {
    return view.xattr(node, attribute);
  }

  @Override
  public List<Name> xattrs(Node node) throws PosixException {
    return view.xattrs(node);
  }

  @Override
  public void setXattr(Node node, Name attribute, byte[] value, XattrFlag flag)
      throws PosixException {
    view.setXattr(node, attribute, value, flag);
  }

  @Override
  public void removeXattr(Node node, Name attribute) throws PosixException {
    view.removeXattr(node, attribute);
  }

  @Override
  public FileSystemStat statfs() throws PosixException {
    return view.statfs();
  }

  @Override
  public void sync() throws PosixException {
    view.sync();
  }

  @Override
  public void close() throws PosixException {
    view.close();
  }
}
