package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A name of the upper, of an inode or a whiteout, that is about to be deleted or replaced. If it is the last one and the file is open, the
 * inode lives on in {@code work/}; if it is the last and nobody has it open, only its attributes are remembered.
 */
final class Removal {
  private final Inodes inodes;
  private final OpenFiles files;
  private final UpperInode inode;
  private final Path place;
  private final Work.@Nullable Kept kept;
  private final @Nullable Stat last;
  private final boolean open;

  private Removal(
      Inodes inodes,
      OpenFiles files,
      UpperInode inode,
      Path place,
      Work.@Nullable Kept kept,
      @Nullable Stat last,
      boolean open) {
    this.inodes = inodes;
    this.files = files;
    this.inode = inode;
    this.place = place;
    this.kept = kept;
    this.last = last;
    this.open = open;
  }

  /**
   * Prepares to lose a name.
   *
   * @param place where the name is on the host
   * @param undoable whether {@link #undo} must be possible after the name was replaced
   */
  static Removal prepare(
      Inodes inodes, OpenFiles files, UpperInode inode, Path place, boolean undoable)
      throws PosixException {
    boolean lastName =
        inode != UpperInode.WHITEOUT && inodes.upper().host().stat(place).links() == 1;
    boolean open = lastName && files.isOpen(inode.node(inodes));
    Stat last = lastName ? lastStat(inodes, inode, place) : null;
    Work.Kept kept = open || undoable ? inodes.upper().work().keep(place) : null;
    return new Removal(inodes, files, inode, place, kept, last, open);
  }

  /** Returns the attributes of an inode as they will be once it has no name. */
  static Stat lastStat(Inodes inodes, UpperInode inode, Path place) throws PosixException {
    return Attributes.withLinks(Attributes.stat(inodes.top(), inode, place), 0);
  }

  /** Whether the name is free already, because the host could keep the inode only by moving it. */
  boolean moved() {
    return kept != null && kept.moved();
  }

  /** The name is gone from the host. The inode keeps it until this is done: nobody must find an inode without a place. */
  void commit() {
    if (kept != null && open) {
      inode.fixed = kept.place();
      if (!files.isOpen(
          inode.node(inodes))) { // the last handle was closed meanwhile, and saw a name
        forget();
      }
    } else if (kept != null) {
      inodes.upper().work().discard(kept.place());
    }
    if (!open && last != null) {
      inodes.forget(inode, last);
    }
  }

  private void forget() {
    Path unnamed = inode.fixed;
    if (last != null && unnamed != null) {
      inodes.forget(inode, last);
      inodes.upper().work().discard(unnamed);
    }
  }

  /**
   * Takes back what was prepared.
   *
   * @param taken whether the name was taken away meanwhile, and is free again
   * @param failure what went wrong
   */
  void undo(boolean taken, PosixException failure) {
    if (kept != null && (taken || kept.moved())) {
      inodes.upper().work().restore(kept.place(), place, failure);
    } else if (kept != null) {
      inodes.upper().work().discard(kept.place());
    }
  }
}
