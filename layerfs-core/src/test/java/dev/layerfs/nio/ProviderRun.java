package dev.layerfs.nio;

import dev.layerfs.nio.ProviderCases.Operation;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@link ProviderCases} done at one place; what came of each by its name. */
final class ProviderRun {
  /** Four times as many as there are places where they are tried. */
  static final int SHARES = 6 * (ProviderHost.values().length + 1);

  private static final String ON_IMAGE = ", on a tree of the image";
  private static final String ON_UPPER = ", on a tree of the upper";

  private final List<Map.Entry<String, Operation>> operations;

  private ProviderRun(List<Map.Entry<String, Operation>> operations) {
    this.operations = operations;
  }

  private static List<Map.Entry<String, Operation>> all() {
    return List.copyOf(ProviderCases.all().operations().entrySet());
  }

  /** Returns how many cases there are in all shares. */
  static int size() {
    return 2 * all().size(); // each on an image and on an upper
  }

  /** Does some shares of everything by the JDK's own provider, in new directories. */
  static SortedMap<String, String> onDefault(Path directory, Collection<Integer> shares)
      throws IOException {
    List<Map.Entry<String, Operation>> all = all();
    List<Map.Entry<String, Operation>> operations = shares.stream()
        .flatMap(share -> Scale.share(all, share, SHARES).stream())
        .distinct()
        .toList();
    SortedMap<String, String> expected = new TreeMap<>();
    new ProviderRun(operations).onNewTrees(directory).forEach((name, result) -> {
      expected.put(name + ON_IMAGE, result);
      expected.put(name + ON_UPPER, result);
    });
    return expected;
  }

  /**
   * Does a {@link Scale#share} of everything twice in a container whose store is made in a new directory: on trees of the image,
   * which have to be copied up, and on trees that the container has made.
   *
   * @param share its number
   */
  static SortedMap<String, String> onContainer(Path store, int share) throws IOException {
    ProviderRun run = new ProviderRun(Scale.share(all(), share, SHARES));
    SortedMap<String, String> results = new TreeMap<>();
    try (TestContainer container = TestContainer.in(store, run.image())) {
      Path top = container.root();
      run.onTreesOf(top).forEach((name, result) -> results.put(name + ON_IMAGE, result));
      Path made = Files.createDirectory(top.resolve("made"));
      run.onNewTrees(made).forEach((name, result) -> results.put(name + ON_UPPER, result));
    }
    return results;
  }

  private TestImage image() {
    TarBuilder layer = new TarBuilder();
    for (int i = 0; i < operations.size(); i++) {
      ProviderCases.fill(layer, directory(i));
    }
    return new TestImage().layer(layer);
  }

  private SortedMap<String, String> onNewTrees(Path top) throws IOException {
    for (int i = 0; i < operations.size(); i++) {
      ProviderCases.fill(Files.createDirectory(top.resolve(directory(i))));
    }
    return onTreesOf(top);
  }

  private SortedMap<String, String> onTreesOf(Path top) throws IOException {
    SortedMap<String, String> results = new TreeMap<>();
    for (Map.Entry<String, Operation> operation : operations) {
      Path base = top.resolve(directory(results.size()));
      results.put(operation.getKey(), ProviderCases.result(base, operation.getValue()));
    }
    return results;
  }

  private static String directory(int number) {
    return String.format("case%05d", number);
  }

  /**
   * Tells in what two runs differ; empty if in nothing.
   *
   * @param expected some shares
   * @param actual one of them
   */
  static String differences(Map<String, String> expected, Map<String, String> actual) {
    StringBuilder text = new StringBuilder();
    actual.forEach((name, result) -> {
      if (!result.equals(expected.get(name))) {
        text.append(name).append("\n expected ").append(expected.get(name));
        text.append("\n but was ").append(result).append('\n');
      }
    });
    if (actual.size() < (Scale.isFull() ? size() : size() / SHARES - 1)) {
      text.append("only ").append(actual.size()).append(" cases");
    }
    return text.toString();
  }
}
