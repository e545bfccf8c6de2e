package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The uppers of a view: the one that changes, and those beneath it that don't any more. Safe for use by several threads.
 */
public final class UpperStack {
  private final Inodes inodes;
  private final Changes changes;
  private final OpenFiles open;
  private final Xattrs xattrs;
  private final WritableMappings mappings;

  UpperStack(
      Inodes inodes, Changes changes, OpenFiles open, Xattrs xattrs, WritableMappings mappings) {
    this.inodes = inodes;
    this.changes = changes;
    this.open = open;
    this.xattrs = xattrs;
    this.mappings = mappings;
  }

  /**
   * An upper that has come on top of another.
   *
   * @param beneath the view's upper until now, open through {@link Upper#openCovered}
   * @param upper the new one, created on that
   */
  public record Covered(Upper beneath, Upper upper) {}

  /** What has to be done on the host, while nobody reads or changes anything. */
  @FunctionalInterface
  public interface HostStep<T> {
    /**
     * Does it.
     *
     * @param current the view's upper until now
     * @return what the view has from now on
     * @throws IOException if it can't be done; then everything is where it was
     */
    T take(Upper current) throws IOException;
  }

  /**
   * Puts a new, empty upper on top. What the view shows stays the same; nodes and handles stay valid, and a file that is
   * written to again is copied up again. What was the upper until now does not change any more.
   *
   * @param step moves the view's upper to where it shall be, and creates the new one in its place
   * @throws PosixException {@link Errno#EBUSY} while something of the upper is mapped into memory for writing
   * @throws IOException if the step fails
   */
  public void cover(HostStep<Covered> step) throws IOException {
    settled(current -> {
      if (mappings.any()) {
        throw new PosixException(Errno.EBUSY, "a file is mapped into memory for writing");
      }
      inodes.makeRoot();
      current.sparse().settle(inodes.top(), inodes::force);
      SpaceAccount account = current.account();
      if (account != null) {
        account.changing();
      }
      Covered covered = step.take(current);
      inodes.cover(covered, open.nodes());
      return covered;
    });
  }

  /**
   * Throws away the view's upper and all but the lowest of those beneath. Handles are closed; nodes of what is thrown away
   * are stale ({@link Errno#ESTALE}). Watchers are told nothing.
   *
   * @param kept how many of the uppers beneath stay
   * @param step deletes what goes, and creates a new upper on what stays
   * @throws IOException if the step fails
   */
  public void rollBack(int kept, HostStep<Upper> step) throws IOException {
    settled(current -> {
      open.closeAll();
      inodes.rollBack(kept, step.take(current));
      return kept;
    });
  }

  /**
   * Copies what files were copied up without, and makes it durable: from now on others may read the upper, too.
   *
   * @throws IOException if that can't be read or written; then the others may not yet, and nothing is lost
   */
  public void settle() throws IOException {
    settled(current -> {
      current.sparse().settle(inodes.top(), inodes::force);
      return current;
    });
  }

  private <T> void settled(HostStep<T> step) throws IOException {
    changes.checkWritable("view");
    try {
      changes.settled(() -> {
        changes.checkOpen();
        try {
          return step.take(inodes.upper());
        } catch (PosixException e) {
          throw e;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Returns the names in a directory that uppers say anything of. Under every other name is what a directory of the image has
   * there, with nothing changed in it.
   *
   * @param directory a directory of the view
   * @param imageInode the number of the image's directory
   * @return the names, of which some may be of nothing; null if another directory of the image shows through the uppers, or none
   * @throws PosixException if an upper can't be read
   */
  public @Nullable Set<Name> changedNames(Node directory, long imageInode) throws PosixException {
    return inodes.changedNames((UnionNode) directory, imageInode);
  }

  /**
   * Says whether the upper shows anything that what is beneath it does not.
   *
   * @return whether the upper is as good as empty
   * @throws PosixException if its root can't be read
   */
  public boolean isUntouched() throws PosixException {
    return changes.alone(() -> {
      UpperTree top = inodes.top();
      if (!top.isRooted()) {
        return true;
      }
      Lower lower = inodes.lower();
      Stat before = lower.stat(lower.root());
      return top.children(top.rootDirectory()).isEmpty()
          && Attributes.isSame(before, top.stat(top.root()))
          && xattrs.of(lower, lower.root()).equals(xattrs.of(top, top.root()));
    });
  }
}
