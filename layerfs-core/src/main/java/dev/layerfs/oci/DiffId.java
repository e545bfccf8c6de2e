package dev.layerfs.oci;
/** (skeleton) */
public record DiffId(Digest digest) {}
