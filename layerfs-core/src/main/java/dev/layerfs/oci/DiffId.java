package dev.layerfs.oci;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;

/**
 * The digest of a layer's uncompressed tar (config.md, "Layer DiffID"): what a layer is known by, however it was
 * compressed.
 *
 * @param digest a sha256 digest
 */
public record DiffId(Digest digest) {
  /**
   * Checks the algorithm: layers are keyed by sha256 alone, so that one layer never has two keys.
   *
   * @throws IllegalArgumentException if the digest isn't sha256
   */
  public DiffId {
    if (!digest.algorithm().equals("sha256")) {
      throw new IllegalArgumentException("a DiffID must be sha256: " + digest);
    }
  }

  /**
   * Parses an element of {@code rootfs.diff_ids}.
   *
   * @param text untrusted text
   * @return the DiffID
   * @throws MalformedImageException if it is no digest
   * @throws UnsupportedImageException if it isn't sha256
   */
  public static DiffId parse(String text)
      throws MalformedImageException, UnsupportedImageException {
    Digest digest = Digest.parseAny(text);
    if (!digest.algorithm().equals("sha256")) {
      throw new UnsupportedImageException(
          "DiffID '" + text + "'", "only sha256 DiffIDs are supported");
    }
    return new DiffId(digest);
  }

  /** The digest's text. */
  @Override
  public String toString() {
    return digest.toString();
  }
}
