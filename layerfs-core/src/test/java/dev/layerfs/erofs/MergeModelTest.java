package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Random layers, merged here and by {@link MergeModel}: the same tree, or both refuse. */
final class MergeModelTest {
  private static final int ROUNDS = 600;

  @Test
  void mergesAsTheModelDoes() throws IOException {
    long seed = Long.getLong("layerfs.seed", 20_261_123L);
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<RandomLayer> layers = layers(random);
      String what = "seed " + seed + " round " + round + " " + layers;
      String expected = model(layers);
      assertEquals(expected, merged(layers), what);
      refused += expected.equals("refused") ? 1 : 0;
    }
    assertTrue(refused > ROUNDS / 50 && refused < ROUNDS / 2, "refused " + refused);
  }

  /** Most layers fit on those before them. */
  private static List<RandomLayer> layers(Random random) {
    List<RandomLayer> layers = new ArrayList<>();
    MergeModel model = new MergeModel();
    int count = 1 + random.nextInt(4);
    while (layers.size() < count) {
      RandomLayer layer = RandomLayer.of(random);
      if (model.copy().apply(layer)) {
        model.apply(layer);
        layers.add(layer);
      } else if (random.nextInt(10) == 0) {
        layers.add(layer);
        return layers;
      }
    }
    return layers;
  }

  private static String model(List<RandomLayer> layers) {
    MergeModel model = new MergeModel();
    for (RandomLayer layer : layers) {
      if (!model.apply(layer)) {
        return "refused";
      }
    }
    return lines(model.describe());
  }

  private static String merged(List<RandomLayer> layers) throws IOException {
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      EntryList[] lists = layers.stream().map(RandomLayer::entries).toArray(EntryList[]::new);
      return lines(new Images(memory.getPath("/work")).merge(lists));
    } catch (MalformedImageException e) {
      return "refused";
    }
  }

  private static String lines(SortedMap<String, String> described) {
    StringBuilder lines = new StringBuilder();
    described.forEach(
        (path, line) -> lines.append(path).append(' ').append(line).append('\n'));
    return lines.toString();
  }
}
