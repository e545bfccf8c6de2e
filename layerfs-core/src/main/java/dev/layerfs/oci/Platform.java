package dev.layerfs.oci;
/** (skeleton) */
public final class Platform {
  private Platform() {}
}
