package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The directory where objects are made before they are renamed into the upper, and where they go when they leave it. */
final class Work {
  private final Path directory;
  private final HostFiles host;
  private final HostFiles uncounted;
  private final AtomicLong last = new AtomicLong();
  private volatile boolean ready;
  private volatile @Nullable Boolean exchanges;

  Work(Path directory, HostFiles host) {
    this(directory, host, host);
  }

  /**
   * Opens the work directory of an upper with limits.
   *
   * @param uncounted the same host, which makes what is not charged
   */
  Work(Path directory, HostFiles host, HostFiles uncounted) {
    this.directory = directory;
    this.host = host;
    this.uncounted = uncounted;
  }

  /** Returns a free place. The directory is made if this is the first that is needed. */
  Path fresh() throws PosixException {
    prepare();
    return host.resolve(directory, Name.of(Upper.TEMPORARY + last.incrementAndGet()));
  }

  /** Sees to it that the directory is there, with nothing in it that is left of somebody else. */
  void prepare() throws PosixException {
    if (!ready) {
      makeReady();
    }
  }

  private synchronized void makeReady() throws PosixException {
    if (ready) {
      return;
    }
    try {
      Files.createDirectory(directory);
      ready = true;
    } catch (FileAlreadyExistsException e) {
      cleanNow();
    } catch (IOException e) {
      throw HostErrors.of(e, directory);
    }
  }

  private void cleanNow() throws PosixException {
    try {
      clean();
    } catch (PosixException e) {
      throw e;
    } catch (IOException e) {
      throw HostErrors.of(e, directory);
    }
  }

  /** Makes a whiteout, to be renamed over something. */
  Path whiteout() throws PosixException {
    Path place = fresh();
    host.create(place, FileType.CHARACTER_DEVICE, 0, 0, 0);
    return place;
  }

  /**
   * An object that was kept.
   *
   * @param place where
   * @param moved whether it is no longer where it was
   */
  record Kept(Path place, boolean moved) {}

  /**
   * Keeps an object that is about to be replaced or deleted.
   *
   * @param place where it is; on a host without hard links it is moved away from there
   * @return where it is now
   */
  Kept keep(Path place) throws PosixException {
    Path kept = fresh();
    try {
      host.link(place, kept);
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOTSUP) {
        throw e;
      }
      host.rename(place, kept);
      return new Kept(kept, true);
    }
    return new Kept(kept, false);
  }

  /**
   * Puts an object in the place of another where at least one is a directory, and removes the other. On a host that
   * can't exchange names a crash in between leaves the place empty.
   */
  void replace(Path staged, Path place) throws PosixException {
    if (host.exchange(staged, place)) {
      discard(staged);
      return;
    }
    Path aside = fresh();
    host.rename(place, aside);
    try {
      host.rename(staged, place);
    } catch (PosixException e) {
      restore(aside, place, e);
      throw e;
    }
    discard(aside);
  }

  /** Whether the host can exchange names, which is found out by trying once. */
  boolean canExchange() throws PosixException {
    Boolean known = exchanges;
    if (known == null) {
      known = tryExchange();
      exchanges = known;
    }
    return known;
  }

  private boolean tryExchange() throws PosixException {
    Path one = fresh();
    Path other = fresh();
    try {
      uncounted.create(one, FileType.DIRECTORY, 0700, 0, 0);
      uncounted.create(other, FileType.DIRECTORY, 0700, 0, 0);
      return uncounted.exchange(one, other);
    } finally {
      discard(uncounted, one);
      discard(uncounted, other);
    }
  }

  /** Takes back a rename after a failure; what goes wrong then is told with the failure. */
  void restore(Path aside, Path place, PosixException failure) {
    try {
      host.rename(aside, place);
    } catch (PosixException e) {
      failure.addSuppressed(e);
    }
  }

  /** Deletes what is at a place of this directory, if it can; else that is done when the upper is opened again. */
  void discard(Path place) {
    discard(host, place);
  }

  /** Deletes what is at a place of a work directory through some host, if it can. */
  static void discard(HostFiles host, Path place) {
    try {
      host.discard(place);
    } catch (IOException e) {
      System.getLogger(Work.class.getName())
          .log(System.Logger.Level.DEBUG, "left in the work directory", e);
    }
  }

  /** Removes everything that was left unfinished, if the directory is there; nothing may be under way. */
  void clean() throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(directory, "{,%a-}" + Upper.TEMPORARY + "*")) {
      for (Path leftover : leftovers) {
        uncounted.discard(leftover);
      }
      ready = true;
    } catch (NoSuchFileException e) {
      // Power loss may leave the upper alone.
    }
  }
}
