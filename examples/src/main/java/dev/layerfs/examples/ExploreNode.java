package dev.layerfs.examples;

import dev.layerfs.posix.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A path that some layer of an image has, and what is there now, in the layer that is being looked at. */
final class ExploreNode {
  private final TreeMap<String, ExploreNode> children = new TreeMap<>();
  private final @Nullable ExploreNode parent;
  private final String name;
  private @Nullable Stat stat;
  private @Nullable ExploreContent content;
  private int index;

  private ExploreNode(@Nullable ExploreNode parent, String name) {
    this.parent = parent;
    this.name = name;
  }

  static ExploreNode newRoot() {
    return new ExploreNode(null, "");
  }

  String name() {
    return name;
  }

  @Nullable
  ExploreNode parent() {
    return parent;
  }

  /** Returns the number that {@link #number} has given it. */
  int index() {
    return index;
  }

  /** Returns the attributes of what is there; null if nothing is. */
  @Nullable
  Stat stat() {
    return stat;
  }

  /** Returns the content of the regular file that is there; null if there is none. */
  @Nullable
  ExploreContent content() {
    return content;
  }

  void set(@Nullable Stat newStat, @Nullable ExploreContent newContent) {
    stat = newStat;
    content = newContent;
  }

  /** Returns the node of a name in this directory, made if need be. */
  ExploreNode child(String childName) {
    return children.computeIfAbsent(childName, n -> new ExploreNode(this, n));
  }

  /** Visits all nodes beneath this, each before what is beneath it, in the order of their names. */
  void forEachBeneath(Consumer<ExploreNode> visitor) {
    Deque<ExploreNode> rest = // the next one is the last
        new ArrayDeque<>(children.descendingMap().values());
    while (!rest.isEmpty()) {
      ExploreNode node = rest.removeLast();
      visitor.accept(node);
      rest.addAll(node.children.descendingMap().values());
    }
  }

  /** Numbers this node and all beneath it from 0, each before what is beneath it, and returns them. */
  List<ExploreNode> number() {
    List<ExploreNode> nodes = new ArrayList<>();
    Consumer<ExploreNode> append = node -> {
      node.index = nodes.size();
      nodes.add(node);
    };
    append.accept(this);
    forEachBeneath(append);
    return nodes;
  }

  /** Returns the absolute path. */
  String path() {
    Deque<String> names = new ArrayDeque<>();
    for (ExploreNode node = this; node.parent != null; node = node.parent) {
      names.push(node.name);
    }
    return "/" + String.join("/", names);
  }
}
