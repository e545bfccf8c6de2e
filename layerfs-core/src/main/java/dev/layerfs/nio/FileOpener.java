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
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import java.util.EnumSet;
import java.util.Set;

/**
 * Opens files as {@code open(2)} does with {@code O_CREAT}, {@code O_EXCL} and {@code O_NOFOLLOW}. Fails with {@code
 * ESTALE} if the file is replaced between its lookup and its opening: see {@link StaleRetry}.
 */
final class FileOpener {
  private final PosixView view;
  private final Resolver resolver;

  FileOpener(PosixView view, Resolver resolver) {
    this.view = view;
    this.resolver = resolver;
  }

  FileHandle open(Name[] path, OpenRequest request, int mode) throws PosixException {
    LastLink last = request.followsLinks() ? LastLink.FOLLOW : LastLink.NOFOLLOW;
    if (!request.creates()) {
      return opened(existing(path, last), path, request);
    }
    while (true) {
      Resolved where = resolver.resolveToCreate(path, last);
      Node node = where.node();
      if (node != null && request.createNew()) {
        throw new PosixException(Errno.EEXIST, where.name().toString());
      }
      if (node != null) {
        return opened(node, path, request);
      }
      try {
        return opened(create(where, mode, request), path, request);
      } catch (PosixException e) {
        if (e.errno() != Errno.EEXIST || request.createNew()) {
          throw e;
        }
      }
    }
  }

  private Node existing(Name[] path, LastLink last) throws PosixException {
    Node node = resolver.find(path, last);
    return node == null ? resolver.resolve(path, last).existing() : node;
  }

  /** What was just created is not truncated: nobody is to be told of a change. */
  private FileHandle create(Resolved where, int mode, OpenRequest request) throws PosixException {
    Set<OpenFlag> flags = EnumSet.copyOf(request.flags());
    flags.remove(OpenFlag.TRUNCATE);
    return view.createAndOpen(where.parent(), where.name(), mode, flags);
  }

  private FileHandle opened(Node node, Name[] path, OpenRequest request) throws PosixException {
    FileHandle handle = node.type() == FileType.DIRECTORY && !request.write()
        ? DirectoryHandle.open(view, node)
        : view.open(node, request.flags());
    return opened(handle, path, request);
  }

  private FileHandle opened(FileHandle handle, Name[] path, OpenRequest request) {
    if (request.deleteOnClose()) {
      removeName(path, handle.node());
    }
    return handle;
  }

  /** As the JDK on Linux: the name goes at once, the file when it is closed; a failure to remove it is no error. */
  private void removeName(Name[] path, Node node) {
    try {
      Resolved found = resolver.resolve(path, LastLink.NOFOLLOW);
      if (node.equals(found.node())) {
        view.unlink(found.parent(), found.name());
      }
    } catch (PosixException e) {
      return;
    }
  }
}
