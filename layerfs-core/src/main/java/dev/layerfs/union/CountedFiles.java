package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host's files of an upper with limits: each object is charged before it is made and given back when its last name is
 * gone, wherever it is, so that nobody else has to think of it. Content is charged by whoever writes it ({@link FileSpace}).
 */
final class CountedFiles extends ForwardedFiles {
  private final SpaceAccount account;

  CountedFiles(HostFiles host, SpaceAccount account) {
    super(host);
    this.account = account;
  }

  private interface Step {
    void take() throws PosixException;
  }

  private void charged(Step step) throws PosixException {
    account.charge(0, 1);
    try {
      step.take();
    } catch (PosixException | RuntimeException | Error e) {
      account.quota().release(0, 1);
      throw e;
    }
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    if (type == FileType.CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0) {
      host().create(place, type, mode, rdevMajor, rdevMinor);
    } else {
      charged(() -> host().create(place, type, mode, rdevMajor, rdevMinor));
    }
  }

  @Override
  public @Nullable CreatedFile createOpen(Path place, int mode) throws PosixException {
    account.charge(0, 1);
    CreatedFile made = null;
    try {
      made = host().createOpen(place, mode);
      return made;
    } finally {
      if (made == null) {
        account.quota().release(0, 1);
      }
    }
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    charged(() -> host().symlink(place, target));
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    Stat replaced = ifAny(to);
    if (replaced != null) {
      account.changing();
    }
    host().rename(from, to);
    if (replaced != null && isLast(replaced)) {
      account.gone(replaced);
    }
  }

  private @Nullable Stat ifAny(Path place) throws PosixException {
    try {
      return host().stat(place);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private static boolean isLast(Stat stat) {
    return stat.type() == FileType.DIRECTORY || stat.links() == 1;
  }

  @Override
  public void delete(Path place) throws PosixException {
    account.changing();
    Stat last = host().stat(place);
    host().delete(place);
    if (isLast(last)) {
      account.gone(last);
    }
  }

  /** What can't be deleted is no part of the upper any more, and goes when that is opened again. */
  @Override
  public void discard(Path place) throws IOException {
    account.changing();
    List<Stat> last = lastNames(place);
    host().discard(place);
    last.forEach(account::gone);
  }

  /** Returns what has no other name than those in a tree. */
  private List<Stat> lastNames(Path top) {
    List<Stat> found = new ArrayList<>();
    try {
      Deque<Path> left = new ArrayDeque<>();
      for (Path next = top; next != null; next = left.poll()) {
        Stat stat = ifAny(next);
        if (stat != null && isLast(stat)) {
          found.add(stat);
        }
        if (stat != null && stat.type() == FileType.DIRECTORY) {
          for (Name name : host().list(next)) {
            left.push(host().resolve(next, name));
          }
        }
      }
    } catch (PosixException e) { // half made
      account.inexact();
    }
    return found;
  }
}
