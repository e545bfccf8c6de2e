package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has been staged and checked, and where. Safe for use by several threads.
 *
 * @param blobs files
 * @param recipes files, by the blobs that they make
 * @param layers directories with a layer file and its record
 * @param sources which blobs were found to decompress to a layer, staged or not
 * @param trees files
 * @param damaged layers that the store has, and that are not right
 */
record Staged(
    Map<Digest, Path> blobs,
    Map<Digest, Path> recipes,
    Map<DiffId, Path> layers,
    Map<DiffId, Set<Digest>> sources,
    Map<ChainId, Path> trees,
    Set<DiffId> damaged) {
  Staged() {
    this(
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        ConcurrentHashMap.newKeySet());
  }
}
