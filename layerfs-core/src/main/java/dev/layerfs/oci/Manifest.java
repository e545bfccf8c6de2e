package dev.layerfs.oci;
/** (skeleton) */
public final class Manifest {
  private Manifest() {}
}
