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
import dev.layerfs.union.Holes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * {@code Files.copy} within a file system, or from one to another: links, holes and special files are copied as they are,
 * and all attributes if that is asked for. No special file is ever opened.
 */
final class FileCopier {
  private static final int BUFFER_SIZE = 1 << 17;

  private final FileTree sourceTree;
  private final FileTree targetTree;
  private final PosixView sourceView;
  private final PosixView view;

  FileCopier(FileTree sourceTree, FileTree targetTree) {
    this.sourceTree = sourceTree;
    this.targetTree = targetTree;
    this.sourceView = sourceTree.view();
    this.view = targetTree.view();
  }

  /** Copies a file, a directory without its entries, a link or a special file. */
  void copy(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    try {
      StaleRetry.run(() -> {
        attempt(from, to, request);
        return null;
      });
    } catch (PosixException e) {
      throw Failures.of(e, to);
    }
  }

  private void attempt(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    LastLink last = request.noFollow() ? LastLink.NOFOLLOW : LastLink.FOLLOW;
    Node source = sourceTree.find(from, last);
    if (source == null) {
      throw Failures.missing(from);
    }
    Resolved target = targetTree.resolve(to, LastLink.NOFOLLOW);
    if (from.equals(to) || (sourceView == view && source.equals(target.node()))) {
      return;
    }
    clear(to, target, request.replace());
    copy(source, target, request.attributes());
  }

  private void clear(LayerPath path, Resolved target, boolean replace) throws IOException {
    if (target.node() == null) {
      return;
    }
    if (!replace) {
      throw Failures.of(Errno.EEXIST, path);
    }
    targetTree.deleteIfExists(path);
  }

  private void copy(Node source, Resolved target, boolean attributes) throws PosixException {
    Stat stat = sourceView.stat(source);
    Node copy = stat.type() == FileType.REGULAR
        ? copyFile(source, stat, target)
        : create(source, stat, target);
    if (!attributes) {
      return;
    }
    try {
      copyAttributes(source, stat, copy);
    } catch (PosixException e) {
      removeQuietly(target, copy, e);
      throw e;
    }
  }

  private Node copyFile(Node source, Stat stat, Resolved target) throws PosixException {
    int mode = stat.mode() & ~Options.UMASK;
    try (FileHandle in = sourceView.open(source, Set.of(OpenFlag.READ));
        FileHandle out =
            view.createAndOpen(target.parent(), target.name(), mode, Set.of(OpenFlag.WRITE))) {
      try {
        copyContent(in, out);
        return out.node();
      } catch (PosixException e) {
        removeQuietly(target, out.node(), e);
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
      case SYMLINK -> view.symlink(directory, name, sourceView.readLink(source));
      case DIRECTORY -> view.create(directory, name, stat.type(), mode & 01777, 0, 0);
      default ->
        view.create(directory, name, stat.type(), mode, stat.rdevMajor(), stat.rdevMinor());
    };
  }

  /** Removes a copy that did not succeed, unless its name is another file's by now. */
  private void removeQuietly(Resolved target, Node copy, PosixException cause) {
    try {
      if (!copy.equals(view.lookup(target.parent(), target.name()))) {
        return;
      }
      if (copy.type() == FileType.DIRECTORY) {
        view.rmdir(target.parent(), target.name());
      } else {
        view.unlink(target.parent(), target.name());
      }
    } catch (PosixException e) {
      cause.addSuppressed(e);
    }
  }

  /** Blocks of zeros become holes, whether they were or not. */
  private static void copyContent(FileHandle in, FileHandle out) throws PosixException {
    long size = in.size();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, BUFFER_SIZE));
    long position = 0;
    while (position < size) {
      int n = in.read(buffer.clear(), position);
      if (n <= 0) {
        break; // it was truncated meanwhile
      }
      boolean hole = Holes.skip(buffer.flip(), position, out::write) == 0;
      position += n;
      if (hole && position < size) {
        position = nextData(in, position, size);
      }
    }
    if (position > out.size()) {
      out.truncate(position); // the file ends with a hole
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
    for (Name name : sourceView.xattrs(source)) {
      unlessRefused(() -> {
        byte[] value = sourceView.xattr(source, name);
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
}
