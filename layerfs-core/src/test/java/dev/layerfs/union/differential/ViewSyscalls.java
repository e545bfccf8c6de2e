package dev.layerfs.union.differential;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.util.Set;

/** System calls on a view, as a door would make them: paths resolved by {@link Resolver}, the checks of fs/namei.c. */
final class ViewSyscalls implements Syscalls {
  private final PosixView view;
  private final Resolver resolver;

  /**
   * Makes system calls on a view.
   *
   * @param view the view
   * @param directory where paths begin
   */
  ViewSyscalls(PosixView view, String directory) throws PosixException {
    this.view = view;
    this.resolver = new Resolver(view).at(names(directory), LastLink.NOFOLLOW);
  }

  private static Name[] names(String path) {
    return Resolver.split(Name.encode(path)).toArray(new Name[0]);
  }

  private Resolved resolve(String path) throws PosixException {
    return resolver.resolve(names(path), LastLink.NOFOLLOW);
  }

  private Node node(String path) throws PosixException {
    return resolve(path).existing();
  }

  private Node target(String path) throws PosixException {
    return resolver.resolve(names(path), LastLink.FOLLOW).existing();
  }

  @Override
  public void lstat(String path) throws PosixException {
    view.stat(node(path));
  }

  @Override
  public void list(String path) throws PosixException {
    view.list(target(path));
  }

  @Override
  public void readLink(String path) throws PosixException {
    view.readLink(node(path));
  }

  @Override
  public void open(String path, Opening opening) throws PosixException {
    switch (opening) {
      case READ -> openToRead(node(path));
      case WRITE -> write(node(path), Set.of(OpenFlag.WRITE), "W");
      case TRUNCATE -> write(node(path), Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE), "W");
      case APPEND -> write(node(path), Set.of(OpenFlag.WRITE, OpenFlag.APPEND), "W");
      case CREATE_NEW -> create(path, 0600, "W");
      case CREATE -> {
        Resolved found = resolver.resolve(names(path), LastLink.FOLLOW);
        if (found.node() == null) {
          view.create(found.parent(), found.name(), FileType.REGULAR, 0600, 0, 0);
        } else {
          write(found.existing(), Set.of(OpenFlag.WRITE), "");
        }
      }
    }
  }

  /** Directories and pipes are opened by doors, as by the kernel's VFS, without asking the file system. */
  private void openToRead(Node node) throws PosixException {
    if (node.type() != FileType.DIRECTORY && node.type() != FileType.FIFO) {
      view.open(node, Set.of(OpenFlag.READ)).close();
    }
  }

  private void write(Node node, Set<OpenFlag> flags, String content) throws PosixException {
    try (FileHandle handle = view.open(node, flags)) {
      handle.write(ByteBuffer.wrap(Name.encode(content)), 0);
    }
  }

  private void create(String path, int mode, String content) throws PosixException {
    write(make(path, FileType.REGULAR, mode), Set.of(OpenFlag.WRITE), content);
  }

  private Node make(String path, FileType type, int mode) throws PosixException {
    Resolved place = resolve(path);
    return view.create(place.parent(), place.name(), type, mode, 0, 0);
  }

  @Override
  public void writeFile(String path, String content) throws PosixException {
    create(path, 0644, content);
  }

  @Override
  public void mkdir(String path, int mode) throws PosixException {
    make(path, FileType.DIRECTORY, mode);
  }

  @Override
  public void rmdir(String path) throws PosixException {
    Resolved place = resolve(path);
    view.rmdir(place.parent(), place.name());
  }

  @Override
  public void unlink(String path) throws PosixException {
    Resolved place = resolve(path);
    view.unlink(place.parent(), place.name());
  }

  @Override
  public void symlink(String target, String path) throws PosixException {
    Resolved place = resolve(path);
    view.symlink(place.parent(), place.name(), Name.encode(target));
  }

  @Override
  public void mkfifo(String path, int mode) throws PosixException {
    make(path, FileType.FIFO, mode);
  }

  @Override
  public void link(String existing, String path) throws PosixException {
    Node node = node(existing);
    Resolved place = resolve(path);
    view.link(node, place.parent(), place.name());
  }

  @Override
  public void rename(String from, String to, Renaming flag) throws PosixException {
    Resolved old = resolve(from);
    Resolved place = resolve(to);
    Set<RenameFlag> flags = switch (flag) {
      case REPLACE -> Set.of();
      case NOREPLACE -> Set.of(RenameFlag.NOREPLACE);
      case EXCHANGE -> Set.of(RenameFlag.EXCHANGE);
    };
    view.rename(old.parent(), old.name(), place.parent(), place.name(), flags);
  }

  @Override
  public void chmod(String path, int mode) throws PosixException {
    view.chmod(node(path), mode);
  }

  @Override
  public void lchown(String path, int uid, int gid) throws PosixException {
    view.chown(node(path), uid, gid);
  }

  @Override
  public void utimens(String path, long seconds) throws PosixException {
    Timespec time = new Timespec(seconds, 0);
    view.utimens(node(path), time, time);
  }

  /** {@code vfs_truncate} of fs/open.c: directories and what has no content are refused before anything is opened. */
  @Override
  public void truncate(String path, long size) throws PosixException {
    Node node = target(path);
    if (node.type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EISDIR, path);
    } else if (node.type() != FileType.REGULAR) {
      throw new PosixException(Errno.EINVAL, path);
    }
    try (FileHandle handle = view.open(node, Set.of(OpenFlag.WRITE))) {
      handle.truncate(size);
    }
  }

  @Override
  public void setXattr(String path, String name, String value) throws PosixException {
    view.setXattr(node(path), Name.of(name), Name.encode(value), XattrFlag.SET);
  }

  @Override
  public void removeXattr(String path, String name) throws PosixException {
    view.removeXattr(node(path), Name.of(name));
  }
}
