package dev.layerfs.oci;
/** (skeleton) */
public final class Descriptor {
  private Descriptor() {}
}
