package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What layers are said to do is what they do: done by hand, it makes the tree that a merge makes. */
final class LayerStepsTest {
  private static final int ROUNDS = 300;

  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final Images images = new Images(memory.getPath("/work"));
  private int files;

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  @Test
  void makeTheTreeThatTheMergeMakes() throws IOException {
    long seed = Long.getLong("layerfs.seed", 20_261_126L);
    Random random = new Random(seed);
    int compared = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<RandomLayer> chosen = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        chosen.add(RandomLayer.of(random));
      }
      List<Path> layers = new ArrayList<>();
      SortedMap<String, String> merged;
      try {
        for (RandomLayer layer : chosen) {
          layers.add(images.layer("layer" + files++, layer.entries()));
        }
        merged = tree(layers);
      } catch (MalformedImageException e) {
        continue;
      }
      assertEquals(merged, replay(layers), "seed " + seed + " round " + round + " " + chosen);
      compared++;
    }
    assertTrue(compared > ROUNDS / 3, "compared " + compared);
  }

  @Test
  void aLayerBehindALinkIsToldWhereItLies() throws IOException {
    List<List<String>> told = told(
        new EntryList().directory("run", 0755).symlink("var/run", "../run").file("run/old", "o"),
        new EntryList().whiteout("var/run/old").file("var/run/new", "n"));
    assertEquals(List.of("-/run/old", "+/run/new"), told.get(1));
  }

  @Test
  void anOpaqueDirectoryHidesWhatIsInIt() throws IOException {
    List<List<String>> told = told(
        new EntryList().directory("d", 0755).file("d/a", "1").file("d/b/c", "2"),
        new EntryList().directory("d", 0755).opaque("d").file("d/a", "3"));
    assertEquals(List.of("+/d", "+/d/a", "+/d/b", "+/d/b/c"), told.get(0));
    assertEquals(List.of("-/d/a", "-/d/b", "*/d", "+/d/a"), told.get(1));
  }

  @Test
  void whatHidesNothingIsNotTold() throws IOException {
    List<List<String>> told = told(
        new EntryList().file("a", "1"),
        new EntryList().whiteout("nothing").whiteout("b/nothing").file("a", "1"));
    assertEquals(
        List.of("*/a"), told.get(1).stream().filter(s -> !s.contains("/b")).toList());
  }

  @Test
  void aHardLinkIsOfTheLayerThatHasTheFile() throws IOException {
    try (Opened opened = open(List.of(
        images.layer("lower", new EntryList().file("a", "content")),
        images.layer("upper", new EntryList().hardLink("b", "a"))))) {
      LayerSteps steps = opened.steps();
      LayerSteps.Step file = steps.next().get(0);
      LayerSteps.Step link = steps.next().get(0);
      assertEquals("/b", link.path());
      assertEquals(0, link.origin());
      assertEquals(file.stat().inode(), link.stat().inode());
      assertEquals(7, link.stat().size());
    }
  }

  private List<List<String>> told(EntryList... layers) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (EntryList layer : layers) {
      paths.add(images.layer("layer" + files++, layer));
    }
    List<List<String>> told = new ArrayList<>();
    try (Opened opened = open(paths)) {
      LayerSteps steps = opened.steps();
      for (List<LayerSteps.Step> next = steps.next(); next != null; next = steps.next()) {
        told.add(next.stream().map(LayerStepsTest::text).toList());
      }
    }
    return told;
  }

  private static String text(LayerSteps.Step step) {
    return (step.stat() == null ? "-" : step.replaces() ? "*" : "+") + step.path();
  }

  /** Does what the steps say to a map of paths. */
  private SortedMap<String, String> replay(List<Path> layers) throws IOException {
    TreeMap<String, String> tree = new TreeMap<>();
    try (Opened opened = open(layers)) {
      LayerSteps steps = opened.steps();
      for (List<LayerSteps.Step> next = steps.next(); next != null; next = steps.next()) {
        for (LayerSteps.Step step : next) {
          apply(step, tree);
        }
      }
    }
    return tree;
  }

  private static void apply(LayerSteps.Step step, TreeMap<String, String> tree) {
    String path = step.path();
    if (step.stat() == null) {
      assertTrue(tree.remove(path) != null, () -> "removed, and never there: " + path);
    } else {
      assertEquals(step.replaces(), tree.containsKey(path), path);
      tree.put(path, line(step.stat()));
    }
    if (step.stat() == null || step.stat().type() != FileType.DIRECTORY) {
      tree.subMap(path + "/", path + "0").clear();
      return;
    }
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      tree.putIfAbsent(path.substring(0, slash), "DIRECTORY 755");
    }
  }

  private static String line(Stat stat) {
    boolean sized = stat.type() == FileType.REGULAR;
    return stat.type() + " " + Integer.toOctalString(stat.mode())
        + (sized ? " " + stat.size() : "");
  }

  private SortedMap<String, String> tree(List<Path> layers) throws IOException {
    TreeMap<String, String> paths = new TreeMap<>();
    try (ErofsImage image = ErofsImage.open(images.tree("tree" + files++, layers), layers)) {
      collect(image, image.root(), "", paths);
    }
    return paths;
  }

  private static void collect(
      ErofsImage image, long directory, String path, SortedMap<String, String> paths)
      throws IOException {
    for (DirectoryEntry entry : image.list(directory)) {
      String child = path + "/" + entry.name();
      paths.put(child, line(image.stat(entry.inode())));
      if (entry.type() == FileType.DIRECTORY) {
        collect(image, entry.inode(), child, paths);
      }
    }
  }

  /** Open layer files. */
  private record Opened(List<ErofsImage> images) implements AutoCloseable {
    LayerSteps steps() {
      List<String> tags = new ArrayList<>();
      images.forEach(image -> tags.add("layer" + tags.size()));
      return new LayerSteps(images, tags);
    }

    @Override
    public void close() {
      images.forEach(ErofsImage::close);
    }
  }

  private static Opened open(List<Path> layers) throws IOException {
    List<ErofsImage> images = new ArrayList<>();
    for (Path layer : layers) {
      images.add(ErofsImage.open(layer, List.of()));
    }
    return new Opened(images);
  }
}
