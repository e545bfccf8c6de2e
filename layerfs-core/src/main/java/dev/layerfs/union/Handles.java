package dev.layerfs.union;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import java.nio.file.Path;
import java.util.Set;

/** Opens and creates files of a view, and lets go of those that only a handle has kept alive. */
final class Handles {
  private static final Changes.Condition ALWAYS = () -> true;

  private final UnionView view;
  private final Inodes inodes;
  private final Namespace names;
  private final OpenFiles open;
  private final Events events;

  Handles(UnionView view, Namespace names, OpenFiles open, Events events) {
    this.view = view;
    this.inodes = view.inodes();
    this.names = names;
    this.open = open;
    this.events = events;
  }

  /** Opens a file; {@link dev.layerfs.posix.PosixView#open}. */
  FileHandle open(UnionNode node, Set<OpenFlag> flags) throws PosixException {
    boolean write = flags.contains(OpenFlag.WRITE);
    Arguments.checkOpen(node, node.type(), flags);
    OpenFile handle = new OpenFile(view, node, flags, null);
    try {
      open.add(handle); // before a copy-up, which then keeps a file that has no name
      view.changes()
          .checkOpen(); // who closes the view sees the handle, or this sees that the view is closed
      if (write && node.upper() == null) {
        view.copyUp(node, !flags.contains(OpenFlag.TRUNCATE));
      }
      handle.prepare();
      if (flags.contains(OpenFlag.TRUNCATE)) {
        handle.truncate(0);
      }
      return handle;
    } catch (PosixException e) {
      handle.close();
      throw e;
    }
  }

  /** Creates a regular file and opens it; {@link dev.layerfs.posix.PosixView#createAndOpen}. */
  FileHandle create(UnionNode parent, Name name, int mode, Set<OpenFlag> flags)
      throws PosixException {
    Arguments.checkOpen(name, FileType.REGULAR, flags);
    Namespace.Template template = new Namespace.Template(FileType.REGULAR, mode, 0, 0, null);
    OpenFile handle = view.changes()
        .inDirectories(
            ALWAYS,
            () -> {
              names.checkNew(parent, name);
              Namespace.Made made = names.create(parent, name, template);
              events.note(parent, name, NameEvent.CREATED);
              OpenFile opened = new OpenFile(view, made.node(), flags, made.content());
              open.add(opened);
              return opened;
            },
            parent);
    try {
      handle.prepare();
      return handle;
    } catch (PosixException e) {
      handle.close();
      throw e;
    }
  }

  /** A handle was closed: an inode that it alone has kept alive goes. */
  void closed(OpenFile handle) throws PosixException {
    UnionNode node = handle.node();
    if (!open.remove(handle)) {
      return;
    }
    UpperInode last = node.upper();
    if (last == null || !last.unlinked()) {
      return;
    }
    try (Locks.Held everything = inodes.locks.alone()) {
      UpperInode inode = node.upper();
      if (inode != null && inode.unlinked() && !open.isOpen(node)) {
        Path kept = inodes.path(inode);
        inodes.forget(inode, Removal.lastStat(inodes, inode, kept));
        inodes.upper().work().discard(kept);
      }
    }
  }

  /**
   * Sees to it that a file has all of its content in the upper.
   *
   * @param size what is after it may be lost: the file is about to be cut off there
   */
  void settle(UnionNode node, long size) throws PosixException {
    view.changes().settled(() -> {
      view.changes().checkOpen();
      UpperInode inode = node.upper();
      if (inode != null) {
        inodes.upper().sparse().settle(inode, inodes.path(inode), size, inodes::force);
      }
      return true;
    });
  }
}
