package dev.layerfs.overlay;

import dev.layerfs.error.InUseException;
import dev.layerfs.posix.Errno;
import java.io.IOException;
import java.nio.file.Path;

/** Unmounts, and finds out why that failed. */
final class Unmounter {
  private final MountCalls calls;

  Unmounter(MountCalls calls) {
    this.calls = calls;
  }

  /** Unmounts, as {@link dev.layerfs.spi.MountBackend#unmount} says. */
  boolean unmount(Path target, boolean lazily) throws IOException {
    RawPath path = RawPath.of(target);
    try (FileSystemWatch watch = FileSystemWatch.of(path)) {
      unmount(path, target, lazily ? MountCalls.MNT_DETACH : 0);
      return watch.hasEnded();
    }
  }

  /** Unmounts what has a name in an open directory. */
  void unmount(Located at, Path target) throws IOException {
    unmount(at.rawPath(), target, 0);
  }

  private void unmount(RawPath path, Path target, int flags) throws IOException {
    try {
      calls.umount(path, MountCalls.UMOUNT_NOFOLLOW | flags);
    } catch (KernelError e) {
      throw explained(target, e);
    }
  }

  private IOException explained(Path target, KernelError error) throws IOException {
    if (error.is(Errno.EINVAL)) {
      return error.meaning("nothing is mounted there");
    }
    if (!error.is(Errno.EBUSY)) {
      return error;
    }
    String holders = Holders.describe(calls, RawPath.of(target.toRealPath()));
    InUseException busy = new InUseException(RawPath.of(target).toString(), holders);
    busy.initCause(error);
    return busy;
  }
}
