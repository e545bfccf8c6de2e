package dev.layerfs.oci;
/** (skeleton) */
public final class ImageConfig {
  private ImageConfig() {}
}
