package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Unmounts a container with its volumes. A mount that others are on can't be asked whether it is in use, so the volumes go
 * first; of each a second mount that is attached nowhere is kept meanwhile, which is put in its place if the container turns
 * out to be in use. So what is in memory only is not lost by an attempt.
 */
final class VolumesUnmounter {
  private final MountCalls calls;
  private final Unmounter unmounter;
  private final Deque<Taken> taken = new ArrayDeque<>();

  VolumesUnmounter(MountCalls calls) {
    this.calls = calls;
    this.unmounter = new Unmounter(calls);
  }

  /** A volume that is out of sight, and where it was. */
  private record Taken(Descriptor mount, Path place) {}

  /** Unmounts, as {@link MountBackend#unmountWithVolumes} says. */
  boolean unmount(Path root, List<Path> volumes) throws IOException {
    List<Path> last = new ArrayList<>(volumes);
    Collections.reverse(last);
    try {
      for (Path volume : last) {
        if (MountTable.own().at(RawPath.of(volume)).isPresent()) {
          take(volume);
        }
      }
      return unmounter.unmount(root, false);
    } catch (IOException | RuntimeException e) {
      putBack(e);
      throw e;
    } finally {
      taken.forEach(each -> each.mount().close());
    }
  }

  /** By way of the directory that the volume is in: whatever is done to the names above it, no link is followed. */
  private void take(Path volume) throws IOException {
    Descriptor mount;
    try (Located at = locate(volume)) {
      try (Descriptor open = at.open(OpenFlags.PATH, volume)) {
        mount = new Descriptor(calls.openTree(open.number(), volume.toString()));
      }
      taken.push(new Taken(mount, volume));
      try {
        unmounter.unmount(at, volume);
      } catch (IOException | RuntimeException e) {
        taken.pop().mount().close();
        throw e;
      }
    }
  }

  private static Located locate(Path volume) throws PosixException {
    return Located.of(FileCalls.AT_FDCWD, Places.bytesOf(volume), volume);
  }

  private void putBack(Exception failure) {
    while (!taken.isEmpty()) {
      Taken volume = taken.pop();
      try (Descriptor mount = volume.mount();
          Located at = locate(volume.place());
          Descriptor place = at.open(OpenFlags.PATH, volume.place())) {
        calls.moveMount(mount.number(), place.number(), volume.place().toString());
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
