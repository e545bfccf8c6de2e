package dev.layerfs.erofs;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The merge of layers said in the plainest way: a map of paths. Paths begin with a slash; the root is empty. */
final class MergeModel {
  private static final int DEFAULT_MODE = 0755;

  /** An inode: a file if it has content, else a directory. */
  private record Inode(int mode, @Nullable String content) {
    boolean isDirectory() {
      return content == null;
    }
  }

  private final Map<String, Inode> tree = new TreeMap<>();

  MergeModel() {
    tree.put("", new Inode(DEFAULT_MODE, null));
  }

  MergeModel copy() {
    MergeModel copy = new MergeModel();
    copy.tree.putAll(tree);
    return copy;
  }

  /** Puts a layer on top; returns whether it fits. */
  boolean apply(RandomLayer layer) {
    tree.keySet().removeIf(path -> isHidden(path, layer));
    for (String path : implied(layer)) {
      if (!tree.computeIfAbsent(path, p -> new Inode(DEFAULT_MODE, null)).isDirectory()) {
        return false;
      }
    }
    layer.directories.forEach((path, mode) -> tree.put(path, new Inode(mode, null)));
    layer.files.forEach((path, content) -> {
      removeBelow(path);
      tree.put(path, new Inode(0644, content));
    });
    layer.hardLinks.keySet().forEach(this::removeBelow);
    layer.hardLinks.keySet().forEach(tree::remove);
    for (Map.Entry<String, String> link : layer.hardLinks.entrySet()) {
      Inode target = tree.get(link.getValue());
      if (target == null || target.isDirectory() || layer.hardLinks.containsKey(link.getValue())) {
        return false;
      }
      tree.put(link.getKey(), target);
    }
    return true;
  }

  private static boolean isHidden(String path, RandomLayer layer) {
    return layer.whiteouts.stream().anyMatch(w -> path.equals(w) || path.startsWith(w + "/"))
        || layer.opaques.stream().anyMatch(o -> path.startsWith(o + "/"));
  }

  private void removeBelow(String path) {
    tree.keySet().removeIf(p -> p.startsWith(path + "/"));
  }

  /** The directories that a layer has entries in but doesn't list. */
  private static Set<String> implied(RandomLayer layer) {
    Set<String> implied = new TreeSet<>(layer.opaques);
    for (Set<String> paths : List.of(
        layer.directories.keySet(),
        layer.files.keySet(),
        layer.hardLinks.keySet(),
        layer.whiteouts,
        layer.opaques)) {
      for (String path : paths) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
          implied.add(path.substring(0, end));
        }
      }
    }
    implied.removeAll(layer.directories.keySet());
    return implied;
  }

  /** Describes the tree as {@link Images#describe} does. */
  SortedMap<String, String> describe() {
    Map<Inode, Integer> links = new IdentityHashMap<>();
    tree.values().forEach(inode -> links.merge(inode, 1, Integer::sum));
    Map<Inode, String> first = new IdentityHashMap<>();
    SortedMap<String, String> described = new TreeMap<>();
    tree.forEach((path, inode) -> {
      String shown = path.isEmpty() ? "/" : path;
      String name = HexFormat.of()
          .formatHex(first.computeIfAbsent(inode, i -> shown).getBytes(StandardCharsets.UTF_8));
      int count = inode.isDirectory() ? 2 + subdirectories(path) : links.getOrDefault(inode, 0);
      described.put(shown, line(inode, count) + " =" + name);
    });
    return described;
  }

  private int subdirectories(String path) {
    Map<String, Inode> children = new HashMap<>(tree);
    children
        .keySet()
        .removeIf(p -> p.isEmpty() || !p.substring(0, p.lastIndexOf('/')).equals(path));
    return (int) children.values().stream().filter(Inode::isDirectory).count();
  }

  private static String line(Inode inode, int links) {
    String line = String.format(
        "%s %04o 0:0 links=%d mtime=0.000000000",
        inode.isDirectory() ? "DIRECTORY" : "REGULAR", inode.mode(), links);
    return inode.content() == null
        ? line
        : line + " " + Images.content(inode.content().getBytes(StandardCharsets.UTF_8));
  }
}
