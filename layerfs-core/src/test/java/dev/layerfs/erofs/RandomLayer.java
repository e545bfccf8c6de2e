package dev.layerfs.erofs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A layer of a few entries at few paths, in random order but for hard links, which come last. No path is named twice, and
 * nothing is below a path that the layer has as something else than a directory.
 */
final class RandomLayer {
  private static final String[] NAMES = {"a", "b", "c"};

  /** Modes of the directories by path. */
  final Map<String, Integer> directories = new TreeMap<>();

  /** Contents of the files by path. */
  final Map<String, String> files = new TreeMap<>();

  /** Targets of the hard links by path. */
  final Map<String, String> hardLinks = new TreeMap<>();

  final Set<String> whiteouts = new TreeSet<>();
  final Set<String> opaques = new TreeSet<>();
  private final EntryList entries = new EntryList();

  private RandomLayer() {}

  static RandomLayer of(Random random) {
    RandomLayer layer = new RandomLayer();
    for (int i = random.nextInt(8); i >= 0; i--) {
      layer.choose(random);
    }
    layer.write(random);
    return layer;
  }

  EntryList entries() {
    return entries;
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder();
    for (int depth = random.nextInt(3); depth >= 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  private void choose(Random random) {
    String path = path(random);
    if (!fits(path)) {
      return;
    }
    int kind = random.nextInt(12);
    if (kind < 4 && isFree(path)) {
      directories.put(path, 0700 + random.nextInt(64));
    } else if (kind < 8 && isFree(path) && isLeaf(path)) {
      files.put(path, "content " + random.nextInt(1000));
    } else if (kind == 8 && isFree(path) && isLeaf(path)) {
      String target = path(random);
      if (!target.equals(path) && fits(target) && !hardLinks.containsKey(target)) {
        hardLinks.put(path, target);
      }
    } else if (kind == 9 && !files.containsKey(path) && !hardLinks.containsKey(path)) {
      opaques.add(random.nextInt(10) == 0 ? "" : path);
    } else if (kind > 9 && isFreeOfMarks(path)) {
      whiteouts.add(path);
    }
  }

  /** Whether all above the path are, or may be, directories; and it is no hard link's target. */
  private boolean fits(String path) {
    for (String file : files.keySet()) {
      if (path.startsWith(file + "/")) {
        return false;
      }
    }
    for (Map.Entry<String, String> link : hardLinks.entrySet()) {
      if (path.startsWith(link.getKey() + "/") || path.startsWith(link.getValue())) {
        return false;
      }
    }
    return true;
  }

  private boolean isFree(String path) {
    return !directories.containsKey(path)
        && !files.containsKey(path)
        && !hardLinks.containsKey(path);
  }

  private boolean isFreeOfMarks(String path) {
    return !whiteouts.contains(path);
  }

  private boolean isLeaf(String path) {
    List<String> all = new ArrayList<>(directories.keySet());
    all.addAll(files.keySet());
    all.addAll(hardLinks.keySet());
    all.addAll(whiteouts);
    all.addAll(opaques);
    return !opaques.contains(path) && all.stream().noneMatch(p -> p.startsWith(path + "/"));
  }

  private void write(Random random) {
    List<Runnable> steps = new ArrayList<>();
    directories.forEach((path, mode) -> steps.add(() -> entries.directory(path, mode)));
    files.forEach((path, content) -> steps.add(() -> entries.file(path, content)));
    whiteouts.forEach(path -> steps.add(() -> entries.whiteout(path)));
    opaques.forEach(path -> steps.add(() -> entries.opaque(path)));
    Collections.shuffle(steps, random);
    steps.forEach(Runnable::run);
    hardLinks.forEach(entries::hardLink);
  }

  @Override
  public String toString() {
    return "{directories " + directories + ", files " + files + ", links " + hardLinks
        + ", whiteouts " + whiteouts + ", opaque " + opaques + "}";
  }
}
