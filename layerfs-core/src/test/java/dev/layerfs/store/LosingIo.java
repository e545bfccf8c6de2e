package dev.layerfs.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store's changes, one of which can't be made durable, as when a disk fails for a moment. As with a kernel, that is told once:
 * who asks again is told that all is well.
 */
final class LosingIo extends ForwardingIo {
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private final Set<Object> lost = ConcurrentHashMap.newKeySet();
  private final List<Object> again = new CopyOnWriteArrayList<>();

  LosingIo(StoreIo io) {
    super(io);
  }

  /** Lets one call fail, after so many that don't. */
  void loseAfter(int syncs) {
    left.set(syncs);
  }

  /** Whether a call has failed. */
  boolean hasLost() {
    return left.get() < 0;
  }

  /** Whether what was lost was the content of a file. */
  boolean hasLostContent() {
    return lost.stream().anyMatch(FileChannel.class::isInstance);
  }

  /** Returns files that were forced again after they had failed. */
  List<Object> forcedAgain() {
    return again;
  }

  /** Returns directories that failed, are there, and were not made durable since. */
  List<Path> stillLost() {
    return lost.stream()
        .filter(Path.class::isInstance)
        .map(Path.class::cast)
        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  @Override
  void change() {}

  @Override
  void sync(Object what) throws IOException {
    if (left.getAndDecrement() == 0) {
      lost.add(what);
      throw new IOException("the disk has failed");
    }
    if (what instanceof FileChannel) {
      if (lost.contains(what)) {
        again.add(what);
      }
    } else {
      lost.remove(what);
    }
  }
}
