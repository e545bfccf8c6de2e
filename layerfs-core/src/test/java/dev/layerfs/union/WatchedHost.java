package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The host's files, with something done before each change: it may count, wait or fail. */
final class WatchedHost extends ForwardedFiles {
  /** The changes. */
  enum Call {
    CREATE,
    SYMLINK,
    LINK,
    RENAME,
    EXCHANGE,
    DELETE,
    OWNER_AND_MODE,
    TIMES,
    XATTR,
    OPEN;

    /** Whether a full host would refuse it. */
    boolean takesSpace() {
      return switch (this) {
        case CREATE, SYMLINK, LINK, XATTR, OPEN -> true;
        default -> false;
      };
    }
  }

  /** What is done before a change; the place is the one that changes. */
  interface Watch {
    void before(Call call, Path place) throws PosixException;
  }

  private final Watch watch;
  private final Name prefix;

  private WatchedHost(HostFiles host, Watch watch, Name prefix) {
    super(host);
    this.watch = watch;
    this.prefix = prefix;
  }

  /** Watches the changes of a host(). */
  static HostFiles of(HostFiles host, Watch watch) {
    return new WatchedHost(host, watch, host.markPrefix());
  }

  /** Opens an upper whose changes are watched. */
  static Upper open(TestHost kind, Path container, Watch watch) throws IOException {
    HostFiles host = kind.files(container);
    return Upper.open(container, new WatchedHost(host, watch, host.markPrefix()));
  }

  /** Opens an upper whose marks are in a namespace that the JDK itself can't write. */
  static Upper openTrusted(TestHost kind, Path container) throws IOException {
    HostFiles host = kind.files(container);
    Name trusted = Name.of("trusted.overlay.");
    return Upper.open(container, new WatchedHost(host, (call, place) -> {}, trusted));
  }

  @Override
  public Name markPrefix() {
    return prefix;
  }

  @Override
  public void create(Path place, FileType type, int mode, int rdevMajor, int rdevMinor)
      throws PosixException {
    watch.before(Call.CREATE, place);
    host().create(place, type, mode, rdevMajor, rdevMinor);
  }

  @Override
  public @Nullable CreatedFile createOpen(Path place, int mode) throws PosixException {
    watch.before(Call.CREATE, place);
    return host().createOpen(place, mode);
  }

  @Override
  public void symlink(Path place, byte[] target) throws PosixException {
    watch.before(Call.SYMLINK, place);
    host().symlink(place, target);
  }

  @Override
  public void link(Path existing, Path added) throws PosixException {
    watch.before(Call.LINK, added);
    host().link(existing, added);
  }

  @Override
  public void rename(Path from, Path to) throws PosixException {
    watch.before(Call.RENAME, to);
    host().rename(from, to);
  }

  @Override
  public boolean exchange(Path one, Path other) throws PosixException {
    watch.before(Call.EXCHANGE, other);
    return host().exchange(one, other);
  }

  @Override
  public void delete(Path place) throws PosixException {
    watch.before(Call.DELETE, place);
    host().delete(place);
  }

  @Override
  public void setOwnerAndMode(Path place, long uid, long gid, int mode) throws PosixException {
    watch.before(Call.OWNER_AND_MODE, place);
    host().setOwnerAndMode(place, uid, gid, mode);
  }

  @Override
  public void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    watch.before(Call.TIMES, place);
    host().setTimes(place, atime, mtime);
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    watch.before(Call.XATTR, place);
    host().setXattr(place, name, value);
  }

  @Override
  public FileChannel open(Path place, boolean write) throws PosixException {
    if (write) {
      watch.before(Call.OPEN, place);
    }
    return host().open(place, write);
  }

  @Override
  public boolean copyRange(Path place, Path source, long offset, long length)
      throws PosixException {
    watch.before(Call.OPEN, place);
    return host().copyRange(place, source, offset, length);
  }

  @Override
  public void discard(Path place) throws IOException {
    Leftovers.delete(this, place);
  }
}
