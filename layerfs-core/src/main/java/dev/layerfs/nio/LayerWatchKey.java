package dev.layerfs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import dev.layerfs.posix.Node;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is watched, wherever it is moved to. Events are counted together as the JDK's own keys do it: one that
 * is the same as the last of all, and a modification if the last event of the same name is one.
 */
final class LayerWatchKey implements WatchKey {
  /** How many events wait before they are given up for one OVERFLOW: as many as in the JDK's own keys. */
  static final int MAX_EVENTS = 512;

  private final LayerWatchService service;
  private final Node directory;
  private final LayerPath path;
  private volatile Set<WatchEvent.Kind<?>> kinds;
  private volatile boolean valid = true;
  private boolean signalled;
  private List<LayerWatchEvent<?>> events = new ArrayList<>();
  private final Map<Path, LayerWatchEvent<?>> modified =
      new HashMap<>(); // those last of their name

  LayerWatchKey(
      LayerWatchService service, Node directory, LayerPath path, Set<WatchEvent.Kind<?>> kinds) {
    this.service = service;
    this.directory = directory;
    this.path = path;
    this.kinds = kinds;
  }

  LayerWatchService service() {
    return service;
  }

  Node directory() {
    return directory;
  }

  /** Says what is reported from now on. */
  void watch(Set<WatchEvent.Kind<?>> wanted) {
    kinds = wanted;
  }

  /** Reports an event, if it is one that was asked for. */
  synchronized void report(WatchEvent.Kind<Path> kind, Path name) {
    if (!valid || !kinds.contains(kind)) {
      return;
    }
    LayerWatchEvent<?> repeated = repeated(kind, name);
    if (repeated != null) {
      repeated.repeat();
      return;
    }
    modified.remove(name);
    if (events.size() == MAX_EVENTS) {
      events.clear();
      modified.clear();
      events.add(new LayerWatchEvent<>(OVERFLOW, null));
    } else {
      LayerWatchEvent<Path> event = new LayerWatchEvent<>(kind, name);
      events.add(event);
      if (kind == ENTRY_MODIFY) {
        modified.put(name, event);
      }
    }
    signal();
  }

  private @Nullable LayerWatchEvent<?> repeated(WatchEvent.Kind<Path> kind, Path name) {
    if (events.isEmpty()) {
      return null;
    }
    LayerWatchEvent<?> last = events.get(events.size() - 1);
    boolean same = last.kind() == kind && name.equals(last.context());
    if (same || last.kind() == OVERFLOW) {
      return last;
    }
    return kind == ENTRY_MODIFY ? modified.get(name) : null;
  }

  /** The directory is gone: the key is invalid, and who waits for it learns so. */
  void expire() {
    valid = false;
    signal();
  }

  /** The service is closed: the key is invalid, and nobody waits for it any more. */
  void invalidate() {
    valid = false;
  }

  private synchronized void signal() {
    if (!signalled) {
      signalled = true;
      service.enqueue(this);
    }
  }

  @Override
  public boolean isValid() {
    return valid;
  }

  @Override
  public synchronized List<WatchEvent<?>> pollEvents() {
    List<WatchEvent<?>> polled = new ArrayList<>(events);
    events = new ArrayList<>();
    modified.clear();
    return polled;
  }

  @Override
  public synchronized boolean reset() {
    if (valid && signalled) {
      signalled = !events.isEmpty();
      if (signalled) {
        service.enqueue(this);
      }
    }
    return valid;
  }

  @Override
  public void cancel() {
    valid = false;
    service.watches().remove(this);
  }

  /** Returns the path that the directory was registered with. */
  @Override
  public Watchable watchable() {
    return path;
  }
}
