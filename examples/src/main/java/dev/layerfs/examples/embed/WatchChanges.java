package dev.layerfs.examples.embed;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches a directory of a container. There is no polling and no thread: an event is there when the operation that
 * caused it returns.
 */
public final class WatchChanges implements Closeable {
  private final WatchService watcher;

  /**
   * Begins to watch.
   *
   * @param directory a directory of an open container
   * @throws IOException if it can't be watched
   */
  public WatchChanges(Path directory) throws IOException {
    watcher = directory.getFileSystem().newWatchService();
    directory.register(watcher, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
  }

  /**
   * Returns what has happened since it was asked last, without waiting; {@link WatchService#take} waits.
   *
   * @return kinds and paths, in the order of the changes
   */
  public List<String> events() {
    List<String> events = new ArrayList<>();
    for (WatchKey key = watcher.poll(); key != null; key = watcher.poll()) {
      for (WatchEvent<?> event : key.pollEvents()) {
        Path directory = (Path) key.watchable();
        events.add(event.kind() + " " + directory.resolve(String.valueOf(event.context())));
      }
      key.reset();
    }
    return events;
  }

  /** Ends watching. */
  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
