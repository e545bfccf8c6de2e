package dev.layerfs.volume;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.posix.Watcher;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who watches a view that others are mounted in: each is told what changes in any of them, by one thread at a time. */
final class MountWatchers {
  private final WatchableView base;
  private final Map<WatchableView, Mount> mounted = new IdentityHashMap<>();
  private final Map<Watcher, List<Registration>> watchers = new IdentityHashMap<>();

  MountWatchers(WatchableView base) {
    this.base = base;
  }

  /** A watcher that was given to one of the views. */
  private record Registration(WatchableView view, Watcher watcher) {}

  /** Adds what is mounted; before anybody watches. Nothing is told of a view that can't be watched. */
  void add(Mount mount) {
    if (mount.view() instanceof WatchableView watchable) {
      mounted.putIfAbsent(watchable, mount);
    }
  }

  synchronized void watch(Watcher watcher) {
    List<Registration> registrations = watchers.computeIfAbsent(watcher, key -> new ArrayList<>());
    Object turn = registrations;
    List<Registration> added = new ArrayList<>();
    added.add(new Registration(base, new Translator(turn, watcher, null)));
    mounted.forEach(
        (view, mount) -> added.add(new Registration(view, new Translator(turn, watcher, mount))));
    added.forEach(registration -> registration.view().watch(registration.watcher()));
    registrations.addAll(added);
  }

  synchronized void unwatch(Watcher watcher) {
    List<Registration> registrations = watchers.remove(watcher);
    if (registrations != null) {
      registrations.forEach(registration -> registration.view().unwatch(registration.watcher()));
    }
  }

  /** Tells a watcher what happens in one of the views, in the terms of the whole. */
  private static final class Translator implements Watcher {
    private final Object turn;
    private final Watcher watcher;
    private final @Nullable Mount mount; // null for the view at the bottom

    Translator(Object turn, Watcher watcher, @Nullable Mount mount) {
      this.turn = turn;
      this.watcher = watcher;
      this.mount = mount;
    }

    private Node outer(Node node) {
      return mount == null ? node : mount.node(node);
    }

    @Override
    public void changed(Node directory, Name name, NameEvent event) {
      synchronized (turn) {
        watcher.changed(outer(directory), name, event);
      }
    }

    @Override
    public void removed(Node directory) {
      synchronized (turn) {
        watcher.removed(outer(directory));
      }
    }

    @Override
    public void copiedUp(Node node, String path, long bytes) {
      synchronized (turn) {
        watcher.copiedUp(outer(node), path, bytes);
      }
    }
  }
}
