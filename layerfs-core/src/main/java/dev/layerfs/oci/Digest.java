package dev.layerfs.oci;
/** (skeleton) */
public record Digest(String algorithm, String encoded) {}
