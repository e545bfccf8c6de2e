package dev.layerfs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.posix.Watcher;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The directories of a file system that are watched. The view is watched only while there are any. */
final class Watches implements Watcher {
  private static final Set<WatchEvent.Kind<?>> KINDS =
      Set.of(ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);

  private final LayerFileSystem fileSystem;
  private final WatchableView view;
  private final Map<Node, List<LayerWatchKey>> keys = new ConcurrentHashMap<>();
  private final Set<LayerWatchService> services = new HashSet<>();

  Watches(LayerFileSystem fileSystem, WatchableView view) {
    this.fileSystem = fileSystem;
    this.view = view;
  }

  /** Opens a service, which the file system closes if nobody else does. */
  synchronized WatchService open() {
    fileSystem.checkOpen();
    LayerWatchService service = new LayerWatchService(this);
    services.add(service);
    return service;
  }

  /** Checks what is to be reported, as the JDK's own services do: asking for nothing but OVERFLOW is asking for nothing. */
  static Set<WatchEvent.Kind<?>> kinds(
      WatchEvent.Kind<?>[] requested, WatchEvent.Modifier[] modifiers) {
    Set<WatchEvent.Kind<?>> kinds = new HashSet<>();
    for (WatchEvent.Kind<?> kind : requested) {
      if (KINDS.contains(Objects.requireNonNull(kind))) {
        kinds.add(kind);
      } else if (kind != OVERFLOW) {
        throw new UnsupportedOperationException(kind.name());
      }
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no events to register");
    }
    if (modifiers.length > 0) {
      throw new UnsupportedOperationException(
          Objects.requireNonNull(modifiers[0]).name());
    }
    return Set.copyOf(kinds);
  }

  /** Watches a directory for a service, or changes what is reported of one that it watches already. */
  LayerWatchKey register(LayerWatchService service, LayerPath path, Set<WatchEvent.Kind<?>> kinds)
      throws IOException {
    service.checkOpen(); // that of a closed file system is closed
    fileSystem.checkOpen();
    Node directory = fileSystem.tree().existing(path, LastLink.FOLLOW);
    if (directory.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(Failures.text(path));
    }
    checkReadable(directory, path);
    LayerWatchKey key = add(service, directory, path, kinds);
    if (isGone(directory, path)) { // between its lookup and its registration
      removed(directory);
      throw Failures.missing(path);
    }
    return key;
  }

  /** {@code inotify_find_inode} of fs/notify/inotify/inotify_user.c: who watches a directory learns its names. */
  private void checkReadable(Node directory, LayerPath path) throws IOException {
    try {
      view.access(directory, Set.of(AccessMode.READ));
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  private boolean isGone(Node directory, LayerPath path) throws IOException {
    try {
      return view.stat(directory).links() == 0;
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  private synchronized LayerWatchKey add(
      LayerWatchService service, Node directory, LayerPath path, Set<WatchEvent.Kind<?>> kinds) {
    service.checkOpen(); // one that is closed from here on finds the key
    List<LayerWatchKey> known = keys.getOrDefault(directory, List.of());
    for (LayerWatchKey key : known) {
      if (key.service() == service) {
        key.watch(kinds);
        return key;
      }
    }
    if (keys.isEmpty()) {
      view.watch(this);
    }
    LayerWatchKey added = new LayerWatchKey(service, directory, path, kinds);
    List<LayerWatchKey> all = new ArrayList<>(known);
    all.add(added);
    keys.put(directory, List.copyOf(all));
    return added;
  }

  /** A key was cancelled. */
  synchronized void remove(LayerWatchKey key) {
    removeIf(key.directory(), key::equals);
    unwatchIfIdle();
  }

  /** A service was closed. */
  synchronized void remove(LayerWatchService service) {
    services.remove(service);
    for (Node directory : keys.keySet()) {
      removeIf(directory, key -> key.service() == service);
    }
    unwatchIfIdle();
  }

  private void removeIf(Node directory, Predicate<LayerWatchKey> unwanted) {
    List<LayerWatchKey> left = new ArrayList<>();
    for (LayerWatchKey key : keys.getOrDefault(directory, List.of())) {
      if (unwanted.test(key)) {
        key.invalidate();
      } else {
        left.add(key);
      }
    }
    if (left.isEmpty()) {
      keys.remove(directory);
    } else {
      keys.put(directory, List.copyOf(left));
    }
  }

  private void unwatchIfIdle() {
    if (keys.isEmpty()) {
      view.unwatch(this);
    }
  }

  /** The file system is closed: closes the services that are left. */
  void close() {
    List<LayerWatchService> left;
    synchronized (this) {
      left = List.copyOf(services);
    }
    left.forEach(LayerWatchService::close);
  }

  @Override
  public void changed(Node directory, Name name, NameEvent event) {
    List<LayerWatchKey> watching = keys.get(directory);
    if (watching != null) {
      Path context = new LayerPath(fileSystem, false, new Name[] {name});
      WatchEvent.Kind<Path> kind = kind(event);
      watching.forEach(key -> key.report(kind, context));
    }
  }

  private static WatchEvent.Kind<Path> kind(NameEvent event) {
    return switch (event) {
      case CREATED -> ENTRY_CREATE;
      case DELETED -> ENTRY_DELETE;
      case MODIFIED -> ENTRY_MODIFY;
    };
  }

  @Override
  public void removed(Node directory) {
    @Nullable List<LayerWatchKey> watching;
    synchronized (this) {
      watching = keys.remove(directory);
      if (watching != null) {
        unwatchIfIdle();
      }
    }
    if (watching != null) {
      watching.forEach(LayerWatchKey::expire);
    }
  }
}
