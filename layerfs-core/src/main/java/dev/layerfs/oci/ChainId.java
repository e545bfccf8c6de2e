package dev.layerfs.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The identity of a stack of layers (config.md, "Layer ChainID"): equal for two images exactly when they apply the same
 * layers in the same order.
 *
 * @param digest a sha256 digest
 */
public record ChainId(Digest digest) {
  /**
   * Computes a stack's ChainID: that of one layer is its DiffID, that of more is the digest of the ChainID beneath, a
   * space, and the topmost DiffID.
   *
   * @param layers the layers' DiffIDs, bottom first; the spec defines no ChainID for none
   * @return the ChainID
   * @throws IllegalArgumentException if there is no layer
   */
  public static ChainId of(List<DiffId> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("no layers");
    }
    Digest chain = layers.get(0).digest();
    for (DiffId layer : layers.subList(1, layers.size())) {
      chain = Digest.sha256((chain + " " + layer).getBytes(StandardCharsets.US_ASCII));
    }
    return new ChainId(chain);
  }

  /** The digest's text. */
  @Override
  public String toString() {
    return digest.toString();
  }
}
