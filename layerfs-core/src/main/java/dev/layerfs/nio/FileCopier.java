package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.util.Set;

/** {@code Files.copy} and {@code Files.move} within one file system. No special file is ever opened. */
final class FileCopier {
  private static final int BUFFER_SIZE = 1 << 17;

  private final FileTree tree;
  private final PosixView view;

  FileCopier(FileTree tree) {
    this.tree = tree;
    this.view = tree.view();
  }

  /** Copies a file, a directory without its entries, a link or a special file. */
  void copy(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    LastLink last = request.noFollow() ? LastLink.NOFOLLOW : LastLink.FOLLOW;
    Node source = tree.find(from, last);
    if (source == null) {
      throw Failures.missing(from);
    }
    Resolved target = tree.resolve(to, LastLink.NOFOLLOW);
    if (source.equals(target.node()) || from.equals(to)) {
      return;
    }
    clear(to, target, request.replace());
    try {
      copy(source, target, request.attributes());
    } catch (PosixException e) {
      throw Failures.of(e, to);
    }
  }

  private void clear(LayerPath path, Resolved target, boolean replace) throws IOException {
    if (target.node() == null) {
      return;
    }
    if (!replace) {
      throw Failures.of(Errno.EEXIST, path);
    }
    tree.deleteIfExists(path);
  }

  private void copy(Node source, Resolved target, boolean attributes) throws PosixException {
    Stat stat = view.stat(source);
    Node copy = stat.type() == FileType.REGULAR
        ? copyFile(source, stat, target)
        : create(source, stat, target);
    if (!attributes) {
      return;
    }
    try {
      copyAttributes(source, stat, copy);
    } catch (PosixException e) {
      removeQuietly(target, stat.type(), e);
      throw e;
    }
  }

  private Node copyFile(Node source, Stat stat, Resolved target) throws PosixException {
    int mode = stat.mode() & ~Options.UMASK;
    try (FileHandle in = view.open(source, Set.of(OpenFlag.READ));
        FileHandle out =
            view.createAndOpen(target.parent(), target.name(), mode, Set.of(OpenFlag.WRITE))) {
      try {
        copyContent(in, out);
        return out.node();
      } catch (PosixException e) {
        removeQuietly(target, FileType.REGULAR, e);
        throw e;
      }
    }
  }

  /** The modes are those that the JDK's provider gives: a directory's set-id bits are not copied. */
  private Node create(Node source, Stat stat, Resolved target) throws PosixException {
    Node directory = target.parent();
    Name name = target.name();
    int mode = stat.mode() & ~Options.UMASK;
    return switch (stat.type()) {
      case SYMLINK -> view.symlink(directory, name, view.readLink(source));
      case DIRECTORY -> view.create(directory, name, stat.type(), mode & 01777, 0, 0);
      default ->
        view.create(directory, name, stat.type(), mode, stat.rdevMajor(), stat.rdevMinor());
    };
  }

  private void removeQuietly(Resolved target, FileType type, PosixException cause) {
    try {
      if (type == FileType.DIRECTORY) {
        view.rmdir(target.parent(), target.name());
      } else {
        view.unlink(target.parent(), target.name());
      }
    } catch (PosixException e) {
      cause.addSuppressed(e);
    }
  }

  private static void copyContent(FileHandle in, FileHandle out) throws PosixException {
    long size = in.size();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, BUFFER_SIZE));
    long position = 0;
    while (position < size) {
      long data = nextData(in, position, size);
      position = data < size ? in.seek(data, false) : size;
      copyRange(in, out, data, position, buffer);
    }
    if (size > out.size()) {
      out.truncate(size); // the file ends with a hole
    }
  }

  private static long nextData(FileHandle in, long position, long size) throws PosixException {
    try {
      return in.seek(position, true);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENXIO) {
        return size;
      }
      throw e;
    }
  }

  private static void copyRange(
      FileHandle in, FileHandle out, long from, long to, ByteBuffer buffer) throws PosixException {
    long position = from;
    while (position < to) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - position));
      if (in.read(buffer, position) < 0) {
        return; // it was truncated meanwhile
      }
      position = out.write(buffer.flip(), position);
    }
  }

  /**
   * Owner before mode and attributes, which a change of owner may take away; times last. Who may not give the copy
   * something does without, as with the JDK's provider.
   */
  private void copyAttributes(Node source, Stat stat, Node copy) throws PosixException {
    unlessRefused(() -> {
      view.chown(copy, stat.uid(), stat.gid());
      if (stat.type() != FileType.SYMLINK) {
        view.chmod(copy, stat.mode());
      }
    });
    for (Name name : view.xattrs(source)) {
      unlessRefused(() -> {
        byte[] value = view.xattr(source, name);
        if (value != null) {
          view.setXattr(copy, name, value, XattrFlag.SET);
        }
      });
    }
    view.utimens(
        copy,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }

  private interface Step {
    void take() throws PosixException;
  }

  private static void unlessRefused(Step step) throws PosixException {
    try {
      step.take();
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.EACCES) {
        throw e;
      }
    }
  }

  /** Moves a file, a link, or a directory with all below it. */
  void move(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    if (request.atomic()) {
      moveAtomically(from, to);
      return;
    }
    Node source = tree.find(from, LastLink.NOFOLLOW);
    if (source == null) {
      throw Failures.missing(from);
    }
    try {
      Node replaced = tree.lookUp(to, LastLink.NOFOLLOW);
      if (replaced == null) {
        tree.rename(from, tree, to);
      } else if (!source.equals(replaced)) {
        replace(from, to, request);
      }
    } catch (PosixException e) {
      switch (e.errno()) {
        case ENOTEMPTY -> throw new DirectoryNotEmptyException(Failures.text(to));
        case EXDEV -> moveByCopying(from, to);
        default -> throw Failures.of(e, from, to);
      }
    }
  }

  /** A rename replaces only like with like; anything else must go first, once it is clear that nothing else fails. */
  private void replace(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    if (!request.replace()) {
      throw Failures.of(Errno.EEXIST, to);
    }
    try {
      tree.rename(from, tree, to);
    } catch (PosixException e) {
      boolean otherKind = e.errno() == Errno.EISDIR || e.errno() == Errno.ENOTDIR;
      if (!otherKind) {
        throw e;
      }
      tree.deleteIfExists(to);
      tree.rename(from, tree, to);
    }
  }

  private void moveAtomically(LayerPath from, LayerPath to) throws IOException {
    try {
      tree.rename(from, tree, to);
    } catch (PosixException e) {
      if (e.errno() == Errno.EXDEV) {
        throw new AtomicMoveNotSupportedException(
            Failures.text(from), Failures.text(to), e.errno().message());
      }
      throw Failures.of(e, from, to);
    }
  }

  /** Across a border within the view, for example that of a volume: a directory only if it is empty. */
  private void moveByCopying(LayerPath from, LayerPath to) throws IOException {
    try {
      Node source = tree.existing(from, LastLink.NOFOLLOW);
      if (source.type() == FileType.DIRECTORY && !view.list(source).isEmpty()) {
        throw new DirectoryNotEmptyException(Failures.text(from));
      }
      copy(from, to, CopyRequest.MOVE);
      tree.deleteIfExists(from);
    } catch (PosixException e) {
      throw Failures.of(e, from, to);
    }
  }
}
