package dev.layerfs.examples;

import dev.layerfs.Change;
import dev.layerfs.LayerChange;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Stat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All paths that the layers of an image ever had, and what each layer did to them.
 *
 * <p>Wasted is the content of files that no path of the finished image leads to, because a later layer has replaced or removed
 * them. Content with several names is counted once, and directories, links and the finished image's own files are not waste.
 */
final class ExploreTree {
  private static final Stat UNLISTED_DIRECTORY =
      new Stat(FileType.DIRECTORY, 0755, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private final ExploreNode root = ExploreNode.newRoot();
  private final List<ExploreEvent> events = new ArrayList<>();
  private final Map<ContentKey, ExploreContent> contents = new HashMap<>();
  private long wasted;

  /** A file of a layer. */
  private record ContentKey(int layer, long inode) {}

  ExploreNode root() {
    return root;
  }

  /** Returns what happened, layer by layer. */
  List<ExploreEvent> events() {
    return events;
  }

  /** Returns the bytes of content that layers have and the finished image does not show. */
  long wasted() {
    return wasted;
  }

  /** Notes a change; those of an image come in their order. */
  void add(LayerChange change) {
    ExploreNode node = node(change.layer(), change.path());
    if (change.kind() == Change.Kind.DELETED) {
      remove(change.layer(), node);
    } else {
      put(change, node, change.stat().orElseThrow());
    }
  }

  /** Finds a path. Directories on the way to it that no layer lists are there from now on. */
  private ExploreNode node(int layer, String path) {
    ExploreNode node = root;
    int start = 1;
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', start)) {
      node = node.child(path.substring(start, slash));
      if (node.stat() == null) {
        node.set(UNLISTED_DIRECTORY, null);
        note(layer, node, ExploreEvent.Kind.ADDED, UNLISTED_DIRECTORY, 0, 0);
      }
      start = slash + 1;
    }
    return node.child(path.substring(start));
  }

  private void remove(int layer, ExploreNode node) {
    removeBeneath(layer, node);
    removeOne(layer, node);
  }

  private void removeBeneath(int layer, ExploreNode node) {
    node.forEachBeneath(child -> removeOne(layer, child));
  }

  private void removeOne(int layer, ExploreNode node) {
    if (node.stat() != null) {
      long gone = take(node);
      node.set(null, null);
      note(layer, node, ExploreEvent.Kind.REMOVED, null, 0, gone);
    }
  }

  private void put(LayerChange change, ExploreNode node, Stat stat) {
    Stat before = node.stat();
    boolean directory = stat.type() == FileType.DIRECTORY;
    if (before != null && before.type() == FileType.DIRECTORY && !directory) {
      removeBeneath(change.layer(), node);
    }
    ExploreContent content = content(change.origin(), stat);
    boolean isNew = content != null && content.addName();
    long gone = take(node);
    node.set(stat, content);
    note(change.layer(), node, kind(before, stat), stat, isNew ? stat.size() : 0, gone);
  }

  private static ExploreEvent.Kind kind(@Nullable Stat before, Stat now) {
    if (before == null) {
      return ExploreEvent.Kind.ADDED;
    }
    boolean same = before.type() == FileType.DIRECTORY
        && now.type() == FileType.DIRECTORY
        && before.mode() == now.mode()
        && before.uid() == now.uid()
        && before.gid() == now.gid();
    return same ? ExploreEvent.Kind.LISTED : ExploreEvent.Kind.CHANGED;
  }

  private @Nullable ExploreContent content(int layer, Stat stat) {
    return stat.type() == FileType.REGULAR
        ? contents.computeIfAbsent(
            new ContentKey(layer, stat.inode()),
            key -> new ExploreContent(contents.size(), stat.size()))
        : null;
  }

  private static long take(ExploreNode node) {
    ExploreContent content = node.content();
    return content == null ? 0 : content.removeName();
  }

  private void note(
      int layer,
      ExploreNode node,
      ExploreEvent.Kind kind,
      @Nullable Stat stat,
      long bytes,
      long gone) {
    wasted += gone;
    ExploreContent content = node.content();
    events.add(new ExploreEvent(
        layer, node, kind, stat, content == null ? -1 : content.number(), bytes, gone));
  }
}
