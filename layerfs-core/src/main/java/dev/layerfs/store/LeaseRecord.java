package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What something that is under way needs, so that no removal takes it away.
 *
 * @param blobs blobs
 * @param layers layers
 * @param trees image trees
 */
record LeaseRecord(Set<Digest> blobs, Set<DiffId> layers, Set<ChainId> trees) {
  JsonObject toJson() {
    return JsonObject.empty()
        .with("blobs", texts(blobs))
        .with("layers", texts(layers))
        .with("trees", texts(trees));
  }

  private static Json texts(Collection<?> values) {
    return new Json.Array(
        values.stream().map(value -> (Json) new Json.Text(value.toString())).toList());
  }

  static LeaseRecord read(Path file) throws IOException {
    return RecordFile.read(file, fields -> {
      Set<Digest> blobs = new HashSet<>();
      for (String blob : fields.strings("blobs")) {
        blobs.add(Digest.parse(blob));
      }
      Set<DiffId> layers = new HashSet<>();
      for (String layer : fields.strings("layers")) {
        layers.add(DiffId.parse(layer));
      }
      Set<ChainId> trees = new HashSet<>();
      for (String tree : fields.strings("trees")) {
        trees.add(new ChainId(Digest.parse(tree)));
      }
      return new LeaseRecord(blobs, layers, trees);
    });
  }
}
