package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Files.move}: within a view a rename; from one view to another, or across a border within one, a copy with all
 * attributes and a deletion, which a directory must be empty for.
 */
final class FileMover {
  private final FileTree sourceTree;
  private final FileTree targetTree;

  FileMover(FileTree sourceTree, FileTree targetTree) {
    this.sourceTree = sourceTree;
    this.targetTree = targetTree;
  }

  /** Moves a file, a link, or a directory with all below it. */
  void move(LayerPath from, LayerPath to, CopyRequest request) throws IOException {
    boolean oneView = sourceTree.view() == targetTree.view();
    if (request.atomic()) {
      moveAtomically(from, to, oneView);
      return;
    }
    Node source = sourceTree.find(from, LastLink.NOFOLLOW);
    if (source == null) {
      throw Failures.missing(from);
    }
    try {
      Node replaced = targetTree.lookUp(to, LastLink.NOFOLLOW);
      if (oneView && source.equals(replaced)) {
        return;
      }
      if (replaced != null && !request.replace()) {
        throw Failures.of(Errno.EEXIST, to);
      }
      if (oneView) {
        rename(from, to, replaced);
      } else {
        moveByCopying(from, to);
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
  private void rename(LayerPath from, LayerPath to, @Nullable Node replaced) throws IOException {
    try {
      sourceTree.rename(from, targetTree, to);
    } catch (PosixException e) {
      boolean otherKind =
          replaced != null && (e.errno() == Errno.EISDIR || e.errno() == Errno.ENOTDIR);
      if (!otherKind) {
        throw e;
      }
      targetTree.deleteIfExists(to);
      sourceTree.rename(from, targetTree, to);
    }
  }

  private void moveAtomically(LayerPath from, LayerPath to, boolean oneView) throws IOException {
    if (!oneView) {
      throw notAtomic(from, to);
    }
    try {
      sourceTree.rename(from, targetTree, to);
    } catch (PosixException e) {
      throw e.errno() == Errno.EXDEV ? notAtomic(from, to) : Failures.of(e, from, to);
    }
  }

  /** Returns the exception for a move that can't be a rename. */
  static IOException notAtomic(LayerPath from, LayerPath to) {
    return new AtomicMoveNotSupportedException(
        Failures.text(from), Failures.text(to), Errno.EXDEV.message());
  }

  /** What can be known to fail does so before the target is touched. */
  private void moveByCopying(LayerPath from, LayerPath to) throws IOException {
    sourceTree.onNode(from, LastLink.NOFOLLOW, (view, source) -> {
      if (view.statfs(source).readOnly()) {
        throw Failures.of(Errno.EROFS, from, to);
      }
      if (source.type() == FileType.DIRECTORY && !view.list(source).isEmpty()) {
        throw new DirectoryNotEmptyException(Failures.text(from));
      }
      return null;
    });
    new FileCopier(sourceTree, targetTree).copy(from, to, CopyRequest.MOVE);
    deleteSource(from, to);
  }

  private void deleteSource(LayerPath from, LayerPath to) throws IOException {
    try {
      sourceTree.deleteIfExists(from);
    } catch (IOException e) {
      deleteCopy(to, e);
      throw e;
    }
  }

  private void deleteCopy(LayerPath to, IOException cause) {
    try {
      targetTree.deleteIfExists(to);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
