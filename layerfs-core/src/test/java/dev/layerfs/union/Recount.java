package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Counts what is on the host of an upper, knowing nothing of how the view does that. */
final class Recount {
  private final HostFiles host;
  private final Map<Long, Long> bytes = new HashMap<>(); // by host inode

  private Recount(HostFiles host) {
    this.host = host;
  }

  /** Counts an upper and the unfinished and unnamed files in its work directory. */
  static SpaceUsage of(TestHost kind, Path container) throws IOException {
    Recount recount = new Recount(kind.files(container));
    recount.addAllIn(container.resolve("upper"));
    for (Name name : recount.host.list(container.resolve("work"))) {
      if (name.toString().startsWith("tmp-")) {
        recount.add(recount.host.resolve(container.resolve("work"), name));
      }
    }
    long sum = recount.bytes.values().stream().mapToLong(Long::longValue).sum();
    return new SpaceUsage(sum, recount.bytes.size());
  }

  private void addAllIn(Path directory) throws PosixException {
    for (Name name : host.list(directory)) {
      add(host.resolve(directory, name));
    }
  }

  private void add(Path place) throws PosixException {
    Stat stat = host.stat(place);
    boolean whiteout = stat.type() == FileType.CHARACTER_DEVICE && stat.rdevMajor() == 0;
    if (!whiteout) {
      long blocks = (stat.size() + 4095) / 4096;
      bytes.put(stat.inode(), stat.type() == FileType.REGULAR ? blocks * 4096 : 0);
    }
    if (stat.type() == FileType.DIRECTORY) {
      addAllIn(place);
    }
  }
}
